// malloc_trim(3), which Swift's Glibc module leaves out; other C libraries give memory back by themselves.
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static inline void give_back_free_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
