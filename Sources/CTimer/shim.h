// timerfd_create(2), which Swift's Glibc module leaves out.
#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

// Returns a descriptor that becomes readable when the wall clock is set; -1 if there is none.
static inline int clock_step_open(void) {
    return timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
}

// Arms the descriptor for the next time that the clock is set.
static inline int clock_step_arm(int descriptor) {
    // A timer for the end of times, which is cancelled when the clock is set.
    struct itimerspec end = {.it_value = {.tv_sec = INT32_MAX}};
    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &end, 0);
}

// Reads the descriptor; returns whether the clock has been set.
static inline int clock_step_read(int descriptor) {
    uint64_t count;
    return read(descriptor, &count, sizeof count) < 0 && errno == ECANCELED;
}
