// Sends webhooks and stands in for the provider, in one thread with one clock, so that the time from a webhook to the
// request it leads to can be measured. Told what to do on standard input, answers with a line of JSON each.
//
//   load BODIES ANSWER CONTACTS FIRST
//     BODIES    a file, one webhook body a line; ########## becomes the message's number, @@@@@@@@ its contact's
//     ANSWER    what the provider answers; ########## becomes the number as well
//     CONTACTS  how many contacts write
//     FIRST     the number of the first message
//   > to PORT PATH               where webhooks go from now on
//   > closed USERS SECONDS MODE  each user writes again when answered (MODE reply) or acknowledged (MODE ack)
//   > open RATE SECONDS          so many a second, come what may, on up to 512 connections; times count from
//                                when each was due, and what is not sent when the time is over has had no turn
//
// A message's own id is "bench" and its number; a request to the provider is told by finding that in its body.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 32768, CONNECTIONS = 8192, OPEN_CONNECTIONS = 512 };
static const int64_t second = 1000000000, patience = 10 * second;

struct connection {
    int fd;
    bool is_provider, is_used, is_busy, waits_for_reply;
    int64_t message, resume_at;
    size_t length;
    char *buffer;
};

static struct connection connections[CONNECTIONS];
static int poller, port, body_count;
static char path[512];
static char **bodies, *answer;
static size_t *body_lengths;
static int64_t contact_count, base;

// By number of the message, less `base`: when it was due, acknowledged, and asked for at the provider.
static int64_t *due, *acknowledged, *replied, capacity, next_message;
static int *owner;

// Of the present command.
static int64_t first, begin, end_of_sending, behind, refused, refused_last, failed, duplicates, unanswered;
static bool is_open, waits;
static int idle[CONNECTIONS], idle_count, users;

static void die(const char *what) { fprintf(stderr, "load: %s: %s\n", what, strerror(errno)); exit(1); }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second + time.tv_nsec;
}

static void fill(char *text, size_t length, const char *mark, int64_t number) {
    size_t width = strlen(mark);
    for (char *at = text; (at = memmem(at, length - (at - text), mark, width)); at += width) {
        int64_t rest = number;
        for (int digit = (int)width - 1; digit >= 0; digit--, rest /= 10) at[digit] = (char)('0' + rest % 10);
    }
}

static struct connection *add(int fd, bool is_provider) {
    if (fd >= CONNECTIONS) { errno = EMFILE; die("too many connections"); }
    struct connection *it = &connections[fd];
    char *buffer = it->buffer ? it->buffer : malloc(BUFFER);
    *it = (struct connection){.fd = fd, .is_provider = is_provider, .is_used = true, .buffer = buffer};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
    return it;
}

static int dial(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) die("can't connect to what is measured");
    add(fd, false);
    return fd;
}

static void post(struct connection *it, int64_t due_at) {
    int64_t number = next_message++;
    if (number >= capacity) {
        capacity = capacity ? capacity * 2 : 1 << 16;
        due = realloc(due, capacity * sizeof *due);
        acknowledged = realloc(acknowledged, capacity * sizeof *acknowledged);
        replied = realloc(replied, capacity * sizeof *replied);
        owner = realloc(owner, capacity * sizeof *owner);
        if (!due || !acknowledged || !replied || !owner) die("no memory");
    }
    due[number] = due_at, acknowledged[number] = replied[number] = 0, owner[number] = it->fd;
    // A contact's next message has another text, or it would be taken for a robot.
    int64_t named = base + number;
    int body = (int)((named + named / contact_count) % body_count);
    static char request[BUFFER];
    int head = snprintf(request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "X-Hub-Signature-256: sha256=0\r\nContent-Length: %zu\r\n\r\n", path, body_lengths[body]);
    memcpy(request + head, bodies[body], body_lengths[body]);
    fill(request + head, body_lengths[body], "##########", named);
    fill(request + head, body_lengths[body], "@@@@@@@@", named * 7919 % contact_count);
    it->message = number, it->is_busy = true, it->waits_for_reply = waits && !is_open, it->length = 0;
    ssize_t length = head + (ssize_t)body_lengths[body];
    if (write(it->fd, request, length) != length && errno != EPIPE && errno != ECONNRESET) die("can't write a webhook");
}

// What this user waited for is there, or never will be.
static void go_on(struct connection *it, int64_t time, int64_t pause) {
    if (is_open) { idle[idle_count++] = it->fd; return; }
    if (time >= end_of_sending) return;
    if (pause) it->resume_at = time + pause;
    else post(it, time);
}

static void shut(struct connection *it) {
    close(it->fd);
    it->is_used = false;
    if (it->is_provider) return;
    bool was_busy = it->is_busy;
    if (was_busy) failed++;
    if (!was_busy && is_open) {
        for (int i = 0; i < idle_count; i++) if (idle[i] == it->fd) idle[i] = idle[--idle_count];
        users--;
        return;
    }
    int64_t message = it->message;
    bool waited = it->waits_for_reply && !was_busy, paused = it->resume_at;
    struct connection *other = &connections[dial()];
    other->message = message, other->waits_for_reply = waited;
    if (waited) owner[message] = other->fd;
    else if (was_busy || paused) go_on(other, now(), second / 100);
}

static void read_webhook_answer(struct connection *it, int64_t time) {
    it->buffer[it->length] = 0;
    char *end = strstr(it->buffer, "\r\n\r\n");
    if (!end || !it->is_busy) return;
    char *length = strcasestr(it->buffer, "\r\ncontent-length:");
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    if (it->length < (size_t)(end + 4 - it->buffer) + body) return;
    int status = atoi(it->buffer + 9);
    it->is_busy = false, it->length = 0;
    if (status == 200) {
        acknowledged[it->message] = time;
        if (!it->waits_for_reply || replied[it->message]) it->waits_for_reply = false, go_on(it, time, 0);
    } else {
        // Not done, and not counted as done: it waits a little and writes another one.
        refused++, refused_last = status, it->waits_for_reply = false;
        go_on(it, time, second / 100);
    }
}

static void read_provider_request(struct connection *it, int64_t time) {
    for (;;) {
        it->buffer[it->length] = 0;
        char *end = strstr(it->buffer, "\r\n\r\n");
        if (!end) return;
        char *header = strcasestr(it->buffer, "\r\ncontent-length:");
        size_t length = header && header < end ? strtoul(header + 17, NULL, 10) : 0;
        size_t whole = (size_t)(end + 4 - it->buffer) + length;
        if (it->length < whole) return;
        char *id = memmem(end, whole - (end - it->buffer), "bench", 5);
        int64_t number = -1;
        if (id) number = strtoll(id + 5, NULL, 10) - base;
        char response[2048];
        int head = snprintf(response, sizeof response,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(answer), answer);
        fill(response, head, "##########", number < 0 ? 0 : base + number);
        if (write(it->fd, response, head) != head) { shut(it); return; }
        memmove(it->buffer, it->buffer + whole, it->length - whole);
        it->length -= whole;
        if (number < 0 || number >= next_message) continue;
        if (replied[number]) { duplicates++; continue; }
        replied[number] = time;
        struct connection *user = &connections[owner[number]];
        if (number >= first && user->is_used && user->message == number && user->waits_for_reply && !user->is_busy) {
            user->waits_for_reply = false;
            go_on(user, time, 0);
        }
    }
}

static void receive(struct connection *it) {
    ssize_t count = read(it->fd, it->buffer + it->length, BUFFER - 1 - it->length);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) { shut(it); return; }
    it->length += count;
    if (it->is_provider) read_provider_request(it, now());
    else read_webhook_answer(it, now());
}

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void print_times(const char *name, const int64_t *times) {
    static const double shares[] = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .99, .995, .998, .999, .9995, .9999, 1};
    int64_t *sorted = malloc((next_message - first + 1) * sizeof *sorted), count = 0;
    for (int64_t number = first; number < next_message; number++)
        if (times[number]) sorted[count++] = times[number] - due[number];
    qsort(sorted, count, sizeof *sorted, compare);
    printf(", \"%s\": [", name);
    for (size_t i = 0; count && i < sizeof shares / sizeof *shares; i++) {
        int64_t at = (int64_t)(shares[i] * (double)count);
        printf("%s[%g, %.3f]", i ? ", " : "", shares[i], (double)sorted[at < count ? at : count - 1] / 1e6);
    }
    printf("]");
    free(sorted);
}

static void report(void) {
    int64_t acks = 0, replies = 0, acks_in_time = 0, replies_in_time = 0;
    for (int64_t number = first; number < next_message; number++) {
        acks += acknowledged[number] != 0, replies += replied[number] != 0;
        acks_in_time += acknowledged[number] && acknowledged[number] <= end_of_sending;
        replies_in_time += replied[number] && replied[number] <= end_of_sending;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"seconds\": %.3f, \"sent\": %" PRId64 ", \"acknowledged\": %" PRId64 ", \"replied\": %" PRId64
        ", \"acknowledged in time\": %" PRId64 ", \"replied in time\": %" PRId64 ", \"refused\": %" PRId64
        ", \"refused with\": %" PRId64 ", \"failed\": %" PRId64 ", \"given up\": %" PRId64 ", \"twice\": %" PRId64
        ", \"never had their turn\": %" PRId64,
        (double)(end_of_sending - begin) / 1e9, next_message - first, acks, replies, acks_in_time, replies_in_time,
        refused, refused_last, failed, unanswered, duplicates, behind);
    print_times("ack", acknowledged);
    print_times("reply", replied);
    printf("}\n");
    fflush(stdout);
}

// Waits for what happens on sockets, at most until `until`.
static void turn(int64_t until, int listener) {
    struct epoll_event events[256];
    int64_t wait = until - now();
    if (wait < 0) wait = 0;
    struct timespec span = {wait / second, wait % second};
    int count = epoll_pwait2(poller, events, 256, &span, NULL);
    if (count < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;
        if (fd == listener) {
            int other = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (other >= 0) add(other, true);
        } else if (connections[fd].is_used) receive(&connections[fd]);
    }
}

static void run(double amount, double seconds, int listener) {
    first = next_message, behind = refused = failed = duplicates = unanswered = 0, idle_count = 0;
    users = is_open ? 0 : (int)amount;
    begin = now(), end_of_sending = begin + (int64_t)(seconds * 1e9);
    if (!is_open) for (int i = 0; i < users; i++) post(&connections[dial()], begin);
    int64_t interval = is_open ? (int64_t)(1e9 / amount) : 0, scheduled = begin, checked = begin;
    for (;;) {
        int64_t time = now();
        if (is_open) {
            while (scheduled <= time && time < end_of_sending) {
                if (!idle_count && users < OPEN_CONNECTIONS) idle[idle_count++] = dial(), users++;
                if (!idle_count) break;
                post(&connections[idle[--idle_count]], scheduled);
                scheduled += interval;
            }
        }
        bool everything_sent = time >= end_of_sending;
        if (everything_sent && scheduled < end_of_sending && is_open) {
            behind = (end_of_sending - scheduled + interval - 1) / interval;
            scheduled = end_of_sending;
        }
        int64_t until = is_open && !everything_sent && idle_count ? scheduled : time + second / 100;
        if (!everything_sent && !is_open && until > end_of_sending) until = end_of_sending;
        turn(until, listener);
        time = now();
        if (time - checked < second / 200) continue;
        checked = time;
        bool is_waiting = false;
        for (int fd = 0; fd < CONNECTIONS; fd++) {
            struct connection *it = &connections[fd];
            if (!it->is_used || it->is_provider) continue;
            if (it->resume_at && it->resume_at <= time) {
                it->resume_at = 0;
                if (time < end_of_sending) post(it, time);
            }
            if (it->waits_for_reply && !it->is_busy && time - due[it->message] > patience) {
                it->waits_for_reply = false, unanswered++;
                go_on(it, time, 0);
            }
            is_waiting |= it->is_busy || it->waits_for_reply;
        }
        if (!everything_sent) continue;
        if (time > end_of_sending + 3 * patience) break;
        if (is_open && waits)
            for (int64_t number = next_message; number-- > first && !is_waiting;)
                is_waiting = acknowledged[number] && !replied[number];
        if (!is_waiting) break;
    }
    for (int fd = 0; fd < CONNECTIONS; fd++)
        if (connections[fd].is_used && !connections[fd].is_provider) close(fd), connections[fd].is_used = false;
    report();
}

int main(int count, char **arguments) {
    if (count != 5) return fprintf(stderr, "usage: load BODIES ANSWER CONTACTS FIRST\n"), 64;
    FILE *file = fopen(arguments[1], "r");
    if (!file) die(arguments[1]);
    char *line = NULL;
    size_t room = 0;
    for (ssize_t length; (length = getline(&line, &room, file)) > 1; body_count++) {
        bodies = realloc(bodies, (body_count + 1) * sizeof *bodies);
        body_lengths = realloc(body_lengths, (body_count + 1) * sizeof *body_lengths);
        body_lengths[body_count] = length - 1;
        bodies[body_count] = memcpy(malloc(length), line, length);
    }
    signal(SIGPIPE, SIG_IGN);
    answer = arguments[2], contact_count = atoll(arguments[3]), base = atoll(arguments[4]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < CONNECTIONS ? limit.rlim_max : CONNECTIONS;
    setrlimit(RLIMIT_NOFILE, &limit);
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) die("can't listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    fcntl(0, F_SETFL, O_NONBLOCK);
    printf("{\"provider\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);
    // Between commands what is measured may still send.
    char command[1024];
    for (size_t length = 0;;) {
        ssize_t got = read(0, command + length, sizeof command - 1 - length);
        if (got == 0) return 0;
        if (got > 0) length += got;
        command[length] = 0;
        char *end = strchr(command, '\n');
        if (!end) { turn(now() + second / 100, listener); continue; }
        char mode[16] = "";
        double amount, seconds;
        if (sscanf(command, "to %d %511s", &port, path) == 2) {
        } else if (sscanf(command, "closed %lf %lf %15s", &amount, &seconds, mode) == 3) {
            is_open = false, waits = !strcmp(mode, "reply");
            run(amount, seconds, listener);
        } else if (sscanf(command, "open %lf %lf", &amount, &seconds) == 2) {
            is_open = waits = true;
            run(amount, seconds, listener);
        } else return fprintf(stderr, "load: what is '%s'?\n", command), 64;
        length -= end + 1 - command;
        memmove(command, end + 1, length);
    }
}
