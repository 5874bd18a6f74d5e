#include "app/verbs/inspection.h"

#include <stdlib.h>

bool inspection_make(Inspection *inspection, Composer *composer, atomic_bool *cancel, Error *err) {
    int count = inspection->bars->count;
    inspection->window_count = 0;
    inspection->repeat = calloc((size_t)count, sizeof *inspection->repeat);
    inspection->window = calloc((size_t)(count + BAR_WINDOW - 1) / BAR_WINDOW, sizeof(Analysis *));
    if (!inspection->repeat || !inspection->window) {
        error_memory(err, "the inspection");
        goto fail;
    }
    structure_form(inspection->repeat, inspection->bars->bar, count);
    for (int first = 0; first < count; first += BAR_WINDOW) {
        BarSequence part = *inspection->bars;
        part.bar += first;
        part.count = count - first < BAR_WINDOW ? count - first : BAR_WINDOW;
        Analysis *analysis = compose_analyse(composer, &part, cancel, err);
        if (!analysis) goto fail;
        inspection->window[inspection->window_count++] = analysis;
        if (!compose_influence(composer, analysis, &part, cancel, err)) goto fail;
    }
    return true;
fail:
    inspection_deinit(inspection);
    return false;
}

void inspection_deinit(Inspection *inspection) {
    for (int i = 0; i < inspection->window_count; i++) analysis_free(inspection->window[i]);
    free(inspection->window);
    free(inspection->repeat);
    inspection->window = NULL;
    inspection->repeat = NULL;
    inspection->window_count = 0;
}

InspectionBar inspection_bar(const Inspection *inspection, int bar) {
    int window = bar / BAR_WINDOW;
    return (InspectionBar){inspection->window[window], window * BAR_WINDOW, bar % BAR_WINDOW};
}

float inspection_gate(InspectionBar bar) {
    float sum = 0.0f;
    for (int b = 0; b < BAR_SLOTS; b++) sum += bar.analysis->gate[bar.t * BAR_SLOTS + b];
    return sum / BAR_SLOTS;
}

float inspection_reference(InspectionBar bar, int k) {
    return bar.analysis->reference[bar.t * bar.analysis->count + k];
}

float inspection_influence(InspectionBar bar, int k) {
    return bar.analysis->influence[bar.t * bar.analysis->count + k];
}

const char *inspection_repeat_name(StructureKind kind) {
    static const char *const names[] = {
        [STRUCTURE_NONE] = "none",
        [STRUCTURE_EXACT] = "exact",
        [STRUCTURE_NEAR] = "near",
        [STRUCTURE_TRANSPOSED] = "transposed",
    };
    return names[kind];
}
