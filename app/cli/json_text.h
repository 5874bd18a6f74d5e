/* JSON text: strings for jansson, which refuses what is not UTF-8. File names, and titles from foreign files, may be any
 * bytes.
 *
 * Any thread. */
#ifndef REFRAIN_APP_CLI_JSON_TEXT_H
#define REFRAIN_APP_CLI_JSON_TEXT_H

struct json_t;

/* A new reference to the text, or to `otherwise` where it is not UTF-8; null when memory is out. */
struct json_t *json_text_or(const char *text, const char *otherwise);

#endif
