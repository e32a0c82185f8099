#ifndef REPLYD_FAULTY_DISK_H
#define REPLYD_FAULTY_DISK_H

#include <stdint.h>

// What the file that FAULTY_DISK names holds: the test writes it, the process under test looks at every step.
struct faulty_disk_orders {
  // The system's error number that writes get; 0 for none.
  int32_t write_error;
  // The error number that syncs get; 0 for none.
  int32_t sync_error;
  // Milliseconds a sync takes at least.
  int32_t sync_delay;
  // Counts the steps that were disturbed.
  int32_t disturbed;
};

#endif
