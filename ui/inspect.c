#include "ui/inspect.h"

#include <stdio.h>

#include "ui/bars.h"

static void write_form(Pager *pager, const View *view, const Analysis *analysis, int bar) {
    static const char *const WORDS[] = {[STRUCTURE_EXACT] = "an exact repeat of bar",
                                        [STRUCTURE_NEAR] = "nearly bar",
                                        [STRUCTURE_MOVED] = "bar",
                                        [STRUCTURE_NEAR_MOVED] = "nearly bar"};
    const StructureRepeat *repeat = analysis_repeat(analysis, bar);
    char of[48];
    bars_reference(view, &(Reference){.bar = repeat->of, .interval = repeat->interval}, of);
    if (repeat->kin >= 0) {
        bars_name(view, repeat->kin, of);
        pager_addf(pager, STYLE_NORMAL, "form", "%s: another line in the rhythm%s of bar %s", repeat->form,
                   repeat->contour ? " and contour" : "", of);
    } else if (repeat->kind == STRUCTURE_NONE)
        pager_addf(pager, STYLE_NORMAL, "form", "%s: not heard before", repeat->form);
    else
        pager_addf(pager, STYLE_NORMAL, "form", "%s: %s %s", repeat->form, WORDS[repeat->kind], of);
}

static void write_source(Pager *pager, const View *view, int bar) {
    const BarSource *source = bars_source(view, bar);
    if (!source) return;
    char words[96];
    source_words(words, sizeof words, source, SOURCE_LONG);
    pager_addf(pager, STYLE_NORMAL, "from", "%s%s", words, source->locked ? ", locked" : "");
    if (bars_follows(view, bar))
        pager_add(pager, STYLE_FOLLOWS, "", "changed because it refers to a changed bar");
}

static void write_slots(Pager *pager, const View *view, const Analysis *analysis, int bar) {
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        Reference from;
        char key[24], words[48];
        snprintf(key, sizeof key, "beat group %d", slot + 1);
        if (!analysis_slot(analysis, bar, slot, &from)) {
            double gate = (double)analysis_gate(analysis, bar, slot);
            pager_addf(pager, STYLE_NORMAL, key, "new (%.0f%%)", 100 * (1 - gate));
            continue;
        }
        bars_reference(view, &from, words);
        pager_addf(pager, STYLE_NORMAL, key, "taken from bar %s (%.0f%%)", words, 100 * (double)from.weight);
    }
}

/* Lists the bars of a walk with their weights. */
static void write_weights(Pager *pager, const View *view, AnalysisWalk walk, const char *key,
                          const char *none) {
    char text[400], words[48];
    size_t used = 0;
    for (Reference other; used < sizeof text - 64 && analysis_next(&walk, &other);) {
        bars_reference(view, &other, words);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.0f%%", used ? ", " : "", words,
                                 100 * (double)other.weight);
    }
    pager_add(pager, STYLE_NORMAL, key, used ? text : none);
}

void inspect_write(Pager *pager, const View *view, int bar) {
    const Analysis *analysis = bars_analysis(view);
    char name[16];
    bars_name(view, bar, name);
    pager_clear(pager);
    snprintf(pager->title, sizeof pager->title, "Bar %s in words", name);
    write_source(pager, view, bar);
    if (!analysis || bar >= analysis_count(analysis)) {
        pager_add(pager, STYLE_DIM, "", "The model has not read this bar (yet).");
        return;
    }
    if (view->analysis_stale[view->version])
        pager_add(pager, STYLE_DIM, "", "The notes have changed since; this is about to be read anew.");
    write_form(pager, view, analysis, bar);
    pager_addf(pager, STYLE_NORMAL, "cost", "%.1f nats", (double)analysis_cost(analysis, bar));
    write_weights(pager, view, analysis_uses(analysis, ANALYSIS_REFERENCE, bar), "refers to bars",
                  "none: it is new");
    write_weights(pager, view, analysis_users(analysis, ANALYSIS_REFERENCE, bar), "referred to by",
                  "no later bar");
    write_slots(pager, view, analysis, bar);
    if (!analysis_has(analysis, ANALYSIS_INFLUENCE)) {
        pager_add(pager, STYLE_DIM, "influence", "not measured yet");
        return;
    }
    write_weights(pager, view, analysis_uses(analysis, ANALYSIS_INFLUENCE, bar), "depends on",
                  "no earlier bar (measured)");
    write_weights(pager, view, analysis_users(analysis, ANALYSIS_INFLUENCE, bar), "matters for",
                  "no later bar (measured)");
}
