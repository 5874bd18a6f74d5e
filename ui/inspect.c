#include "ui/inspect.h"

#include <stdio.h>

#include "ui/bars.h"

static void write_form(Pager *pager, const View *view, const Analysis *analysis, int bar) {
    if (!analysis->repeat) return;
    const StructureRepeat *repeat = &analysis->repeat[bar];
    char of[16];
    bars_name(view, repeat->of, of);
    switch (repeat->kind) {
    case STRUCTURE_NONE:
        pager_addf(pager, STYLE_NORMAL, "form", "%s: not heard before", repeat->form);
        break;
    case STRUCTURE_EXACT:
        pager_addf(pager, STYLE_NORMAL, "form", "%s: an exact repeat of bar %s", repeat->form, of);
        break;
    case STRUCTURE_NEAR:
        pager_addf(pager, STYLE_NORMAL, "form", "%s: nearly bar %s", repeat->form, of);
        break;
    case STRUCTURE_TRANSPOSED:
        pager_addf(pager, STYLE_NORMAL, "form", "%s: bar %s, %+d semitones", repeat->form, of,
                   repeat->interval);
        break;
    }
}

static void write_source(Pager *pager, const View *view, int bar) {
    const BarSource *source = bars_source(view, bar);
    if (!source) return;
    const char *lock = source->locked ? ", locked" : "";
    switch (source->kind) {
    case RECIPE_ORIGINAL:
        pager_addf(pager, STYLE_NORMAL, "from", "the original%s", lock);
        break;
    case RECIPE_CONTEXT:
        pager_addf(pager, STYLE_NORMAL, "from", "the context%s", lock);
        break;
    case RECIPE_MIX:
        pager_addf(pager, STYLE_NORMAL, "from", "a mix: %.0f%% context, %.0f%% original%s",
                   100 * (double)source->mix, 100 * (1 - (double)source->mix), lock);
        break;
    case RECIPE_POSTERIOR:
    case RECIPE_PRIOR:
        pager_addf(pager, STYLE_NORMAL, "from", "%s, seed %llu, temperature %.2g%s",
                   source->kind == RECIPE_PRIOR ? "drawn anew" : "a variation of its default source",
                   (unsigned long long)source->seed, (double)source->temperature, lock);
        break;
    }
    if (bars_follows(view, bar))
        pager_add(pager, STYLE_FOLLOWS, "", "changed because it refers to a changed bar");
}

static void write_slots(Pager *pager, const View *view, const Analysis *analysis, int bar) {
    if (!analysis->pointer || !analysis->gate) return;
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        const float *pointer = analysis->pointer + (bar * BAR_SLOTS + slot) * analysis->count;
        double gate = (double)analysis->gate[bar * BAR_SLOTS + slot];
        int most = -1;
        for (int k = 0; k < bar; k++)
            if (most < 0 || pointer[k] > pointer[most]) most = k;
        char key[24], name[16] = "?";
        snprintf(key, sizeof key, "beat group %d", slot + 1);
        if (most >= 0) bars_name(view, most, name);
        if (most < 0 || gate < 0.5)
            pager_addf(pager, STYLE_NORMAL, key, "new (%.0f%%)", 100 * (1 - gate));
        else
            pager_addf(pager, STYLE_NORMAL, key, "taken from bar %s (%.0f%%)", name,
                       100 * gate * (double)pointer[most]);
    }
}

/* Lists the bars with weight in one row (what bar uses) or one column (what uses bar) of a matrix. */
static void write_weights(Pager *pager, const View *view, const float *matrix, int count, int bar, bool row,
                          const char *key, const char *none) {
    char text[400];
    size_t used = 0;
    for (int other = 0; other < count && used < sizeof text - 40; other++) {
        double weight = (double)matrix[row ? bar * count + other : other * count + bar];
        if ((row ? other >= bar : other <= bar) || !(weight >= (double)ANALYSIS_REFERENCE_MIN)) continue;
        char name[16];
        bars_name(view, other, name);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.0f%%", used ? ", " : "", name,
                                 100 * weight);
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
    if (!analysis || bar >= analysis->count) {
        pager_add(pager, STYLE_DIM, "", "The model has not read this bar (yet).");
        return;
    }
    if (view->analysis_stale[view->version])
        pager_add(pager, STYLE_DIM, "", "The notes have changed since; this is about to be read anew.");
    write_form(pager, view, analysis, bar);
    if (analysis->kl) pager_addf(pager, STYLE_NORMAL, "cost", "%.1f nats", (double)analysis->kl[bar]);
    int count = analysis->count;
    if (analysis->reference) {
        write_weights(pager, view, analysis->reference, count, bar, true, "refers to bars",
                      "none: it is new");
        write_weights(pager, view, analysis->reference, count, bar, false, "referred to by", "no later bar");
    }
    write_slots(pager, view, analysis, bar);
    if (!analysis->influence) {
        pager_add(pager, STYLE_DIM, "influence", "not measured yet");
        return;
    }
    write_weights(pager, view, analysis->influence, count, bar, true, "depends on",
                  "no earlier bar (measured)");
    write_weights(pager, view, analysis->influence, count, bar, false, "matters for",
                  "no later bar (measured)");
}
