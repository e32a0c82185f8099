// Tries PCRE2 patterns one after another on every message, until one matches; with JIT, as replyd uses it.
//
//   match_pcre2 PATTERNS MESSAGES RUNS     one of each a line; prints {"answered": …, "nanoseconds": [a message, …]}
#define _GNU_SOURCE
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct line { char *text; size_t length; };

static struct line *lines(const char *path, int *count) {
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(1); }
    struct line *found = NULL;
    char *text = NULL;
    size_t room = 0;
    for (ssize_t length; (length = getline(&text, &room, file)) > 0; (*count)++) {
        found = realloc(found, (*count + 1) * sizeof *found);
        found[*count] = (struct line){memcpy(malloc(length), text, length), length - 1};
    }
    return found;
}

int main(int count, char **arguments) {
    if (count != 4) return fprintf(stderr, "usage: match_pcre2 PATTERNS MESSAGES RUNS\n"), 64;
    int pattern_count = 0, message_count = 0, runs = atoi(arguments[3]), answered = 0;
    struct line *patterns = lines(arguments[1], &pattern_count), *messages = lines(arguments[2], &message_count);
    pcre2_code **codes = calloc(pattern_count, sizeof *codes);
    for (int i = 0; i < pattern_count; i++) {
        int error;
        PCRE2_SIZE at;
        codes[i] = pcre2_compile((PCRE2_SPTR)patterns[i].text, patterns[i].length,
            PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &error, &at, NULL);
        if (!codes[i]) return fprintf(stderr, "pattern %d is wrong\n", i), 1;
        pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE);
    }
    pcre2_match_data *data = pcre2_match_data_create(8, NULL);
    for (int run = -1; run < runs; run++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
        answered = 0;
        for (int i = 0; i < message_count; i++)
            for (int j = 0; j < pattern_count; j++)
                if (pcre2_match(codes[j], (PCRE2_SPTR)messages[i].text, messages[i].length, 0, 0, data, NULL) >= 0) {
                    answered++;
                    break;
                }
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        double spent = (end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec);
        if (run >= 0) printf(run ? ", %.0f" : "{\"nanoseconds\": [%.0f", spent / message_count);
    }
    printf("], \"answered\": %g}\n", (double)answered / message_count);
}
