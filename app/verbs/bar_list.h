/* Bar list: which bars somebody means, written "1,3-4". Counted from 1, as people do; ranges include both
 * ends. */
#ifndef REFRAIN_APP_VERBS_BAR_LIST_H
#define REFRAIN_APP_VERBS_BAR_LIST_H

#include "engine/base/error.h"

enum { BAR_LIST_RANGES_MAX = 64, BAR_LIST_BAR_MAX = 9999 };

typedef struct {
    int first[BAR_LIST_RANGES_MAX], last[BAR_LIST_RANGES_MAX]; /* counted from 1, first <= last */
    int count;                                                 /* ranges */
} BarList;

bool bar_list_parse(BarList *list, const char *text, Error *err);
bool bar_list_has(const BarList *list, int bar); /* bar counted from 1 */
int bar_list_last(const BarList *list);          /* the highest bar named, 0 when the list is empty */

#endif
