/* JSON text: strings for jansson, which refuses what is not UTF-8. File names, and titles from foreign files, may be any
 * bytes.
 *
 * Any thread. */
#ifndef REFRAIN_APP_CLI_JSON_TEXT_H
#define REFRAIN_APP_CLI_JSON_TEXT_H

struct json_t;

/* A new reference to the text, or to what utf8_show makes of it where it is not UTF-8; null when memory is out. */
struct json_t *json_text(const char *text);

#endif
