#ifndef REPLYD_FAULTY_SYSTEM_H
#define REPLYD_FAULTY_SYSTEM_H

#include <stdint.h>

// What the file that FAULTY_SYSTEM names holds: the test writes it, the process under test looks at every step.
struct faulty_system_orders {
  // The system's error number that writes get; 0 for none.
  int32_t write_error;
  // The error number that syncs get; 0 for none.
  int32_t sync_error;
  // Milliseconds a sync takes at least.
  int32_t sync_delay;
  // Counts the connections that could not be taken for want of a descriptor.
  int32_t failed_accepts;
};

#endif
