#ifndef REPLYD_CCURL_SHIM_H
#define REPLYD_CCURL_SHIM_H

#include <curl/curl.h>

// libcurl's option calls are variadic, which Swift can't call and no compiler checks: one typed function per kind.

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

typedef size_t (*replyd_curl_write)(char *data, size_t size, size_t count, void *context);

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_write(CURL *handle, replyd_curl_write function) {
  return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
}

typedef int (*replyd_curl_prereq)(void *context, char *remote, char *local, int remote_port, int local_port);

__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_prereq(CURL *handle, replyd_curl_prereq function) {
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

// CURLOPT_PROTOCOLS_STR is 7.85; older ones have the bit mask.
__attribute__((warn_unused_result)) static inline CURLcode
replyd_curl_set_http_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline void *replyd_curl_get_private(CURL *handle) {
  char *context = NULL;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &context);
  return context;
}

static inline long replyd_curl_get_status(CURL *handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// Seconds; 0 where the answer had no Retry-After.
static inline curl_off_t replyd_curl_get_retry_after(CURL *handle) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
  return seconds;
}

// Seconds since 1970; -1 where the answer had no Date, or none that can be read. curl_easy_header is 7.84.
static inline time_t replyd_curl_get_date(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075400
  struct curl_header *header = NULL;
  if (curl_easy_header(handle, "Date", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) return curl_getdate(header->value, NULL);
#endif
  return -1;
}

// The length and the media type of the answer's body, by its header; -1 and NULL where it has none. The text is gone once
// the handle is used again.
static inline curl_off_t replyd_curl_get_length(CURL *handle) {
  curl_off_t length = -1;
  return curl_easy_getinfo(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK ? length : -1;
}

static inline const char *replyd_curl_get_type(CURL *handle) {
  const char *type = NULL;
  return curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK ? type : NULL;
}

__attribute__((warn_unused_result)) static inline CURLMcode
replyd_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLcode replyd_curl_message_result(const CURLMsg *message) {
  return message->data.result;
}

#endif
