#include "ui/bars.h"

#include <stdio.h>

int32_t bars_ticks(const View *view) {
    return grouping_bar_ticks(view->grouping, view_timeline(view));
}

int bars_count(const View *view) {
    const Analysis *analysis = bars_analysis(view);
    int32_t ticks = bars_ticks(view), end = track_end(view_track(view, view->version));
    int count = (end + ticks - 1) / ticks;
    if (analysis && analysis_count(analysis) > count) count = analysis_count(analysis);
    return count > 0 ? count : 1;
}

int bars_focus(const View *view) {
    return view->cursor_tick / bars_ticks(view);
}

const Analysis *bars_analysis(const View *view) {
    return view->analysis[view->version];
}

const BarSource *bars_source(const View *view, int bar) {
    return view->recipe && bar >= 0 && bar < view->recipe->count ? &view->recipe->bar[bar] : NULL;
}

bool bars_follows(const View *view, int bar) {
    return view->version == VERSION_RESULT && view->follows && bars_source(view, bar) && view->follows[bar];
}

void bars_name(const View *view, int bar, char out[16]) {
    int written = timeline_bar_number(view_timeline(view), grouping_written_bar(view->grouping, bar));
    const char *half = view->grouping.model == 2 ? (grouping_half(view->grouping, bar) ? "b" : "a") : "";
    snprintf(out, 16, "%d%s", written, half);
}

void bars_reference(const View *view, const Reference *reference, char out[48]) {
    char name[16];
    bars_name(view, reference->bar, name);
    reference_words(out, 48, reference, name);
}
