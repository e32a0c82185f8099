// malloc_trim(3) and mallopt(3), which Swift's Glibc module leaves out; other C libraries give memory back by themselves.
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static inline void give_back_free_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

// By default each thread may get a heap of its own, and what one reload has left in each of them adds up.
static inline void keep_few_heaps(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
#endif
}
