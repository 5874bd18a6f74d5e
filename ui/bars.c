#include "ui/bars.h"

#include <stdio.h>

int32_t bars_start(const View *view, int bar) {
    return grouping_bar(view_timeline(view), bar).start;
}

int bars_at(const View *view, int32_t tick) {
    return grouping_bar_at(view_timeline(view), tick);
}

int32_t bars_ticks(const View *view) {
    return grouping_bar(view_timeline(view), bars_focus(view)).ticks;
}

int bars_count(const View *view) {
    const Analysis *analysis = bars_analysis(view);
    int count = grouping_bar_count(view_timeline(view), score_bars_end(view->score[view->version]));
    if (analysis && analysis_count(analysis) > count) count = analysis_count(analysis);
    return count;
}

int bars_focus(const View *view) {
    return bars_at(view, view->cursor_tick);
}

const Analysis *bars_analysis(const View *view) {
    return view->analysis[view->version];
}

const BarSource *bars_source(const View *view, int bar) {
    const bool asked =
        view->version == VERSION_RESULT && view->recipe && bar >= 0 && bar < view->recipe->count;
    return asked ? &view->recipe->bar[bar] : NULL;
}

bool bars_follows(const View *view, int bar) {
    return view->follows && bars_source(view, bar) && view->follows[bar];
}

void bars_name(const View *view, int bar, char out[16]) {
    const GroupingBar place = grouping_bar(view_timeline(view), bar);
    const char part[2] = {(char)(place.parts > 1 ? 'a' + place.part % 26 : '\0'), '\0'};
    snprintf(out, 16, "%d%s", timeline_bar_number(view_timeline(view), place.written), part);
}

void bars_reference(const View *view, const Reference *reference, char out[48]) {
    char name[16];
    bars_name(view, reference->bar, name);
    reference_words(out, 48, reference, name);
}
