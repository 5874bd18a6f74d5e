#include "app/verbs/bar_list.h"

#include <ctype.h>
#include <stdlib.h>

/* One bar number at *text, which is moved behind it; 0 when there is none within range. */
static int take_bar(const char **text) {
    if (!isdigit((unsigned char)**text)) return 0;
    char *end;
    long bar = strtol(*text, &end, 10);
    *text = end;
    return bar >= 1 && bar <= BAR_LIST_BAR_MAX ? (int)bar : 0;
}

bool bar_list_parse(BarList *list, const char *text, Error *err) {
    *list = (BarList){0};
    const char *at = text;
    do {
        if (list->count == BAR_LIST_RANGES_MAX)
            return error_set(err, "The list of bars \"%.40s...\" has more than %d parts.", text,
                             BAR_LIST_RANGES_MAX);
        int first = take_bar(&at), last = first;
        if (*at == '-') {
            at++;
            last = take_bar(&at);
        }
        if (first == 0 || last < first || (*at != ',' && *at != '\0'))
            return error_set(err, "\"%s\" is not a list of bars; write it like 1 or 1,3-4.", text);
        list->first[list->count] = first;
        list->last[list->count] = last;
        list->count++;
    } while (*at++ == ',');
    return true;
}

bool bar_list_has(const BarList *list, int bar) {
    for (int i = 0; i < list->count; i++)
        if (bar >= list->first[i] && bar <= list->last[i]) return true;
    return false;
}

int bar_list_last(const BarList *list) {
    int last = 0;
    for (int i = 0; i < list->count; i++)
        if (list->last[i] > last) last = list->last[i];
    return last;
}
