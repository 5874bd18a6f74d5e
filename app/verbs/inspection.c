#include "app/verbs/inspection.h"

#include "midi_io/smf_tracks.h"

bool inspection_make(Inspection *inspection, Reader *reader, bool influence, atomic_bool *cancel,
                     Error *err) {
    inspection->analysis = compose_analyse(reader, inspection->bars, cancel, err);
    return inspection->analysis &&
           written_bars_make(&inspection->written, inspection->analysis, inspection->bars,
                             inspection->score->timeline, err) &&
           (!influence || compose_influence(reader, inspection->analysis, inspection->bars, cancel, err));
}

void inspection_deinit(Inspection *inspection) {
    written_bars_deinit(&inspection->written);
    analysis_free(inspection->analysis);
    inspection->analysis = NULL;
}

Meter inspection_meter(const Inspection *inspection) {
    const Timeline *timeline = inspection->score->timeline;
    return timeline_bar(timeline, timeline_bar_index(timeline, 1)).meter;
}

Key inspection_key(const Inspection *inspection) {
    const Key told = smf_tracks_key(inspection->score);
    return told.known ? told : key_detect(score_voice(inspection->score, 0));
}

const char *inspection_repeat_name(StructureKind kind) {
    static const char *const names[] = {
        [STRUCTURE_NONE] = "none",   [STRUCTURE_EXACT] = "exact",           [STRUCTURE_NEAR] = "near",
        [STRUCTURE_MOVED] = "moved", [STRUCTURE_NEAR_MOVED] = "near-moved",
    };
    return names[kind];
}
