#include "ui/bars.h"

#include <stdio.h>

int32_t bars_ticks(const View *view) {
    int32_t written = melody_bar_ticks(view->melody[view->version]);
    if (view->bars_per_written == 2) return 2 * written;
    if (view->bars_per_written == -2) return written / 2;
    return written;
}

int bars_count(const View *view) {
    const Analysis *analysis = bars_analysis(view);
    int32_t ticks = bars_ticks(view), end = melody_end(view->melody[view->version]);
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
    if (view->bars_per_written == -2)
        snprintf(out, 16, "%d%c", bar / 2 + 1, bar % 2 ? 'b' : 'a');
    else
        snprintf(out, 16, "%d", view->bars_per_written == 2 ? 2 * bar + 1 : bar + 1);
}

void bars_reference(const View *view, const Reference *reference, char out[48]) {
    char name[16];
    bars_name(view, reference->bar, name);
    reference_words(out, 48, reference, name);
}
