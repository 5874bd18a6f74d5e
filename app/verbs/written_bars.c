#include "app/verbs/written_bars.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/number.h"

/* A part of a written bar that is all or a piece of one model bar: the finest that both know. */
typedef struct {
    Bar bar;
    int written; /* index */
} Piece;

static GroupingBar place_of(const WrittenBars *w, int model) {
    return grouping_bar(w->timeline, model);
}

/* Steps of one of the bars that a model bar holds. */
static int held_steps(const GroupingBar *place) {
    return place->steps / place->held;
}

/* Which of the bars that its model bar holds this one is. */
static int index_in(const WrittenBars *w, const WrittenBar *bar) {
    const GroupingBar place = place_of(w, bar->first);
    return bar->from / held_steps(&place);
}

/* The written bar to which a bar refers that refers to this model bar: the one in the same place where it holds several. */
static int written_at(const WrittenBars *w, int model, int index) {
    const GroupingBar place = place_of(w, model);
    return number_min(place.written + number_min(index, place.held - 1), w->count - 1);
}

/* ---- making ---- */

static void lay_out(WrittenBars *w) {
    for (int m = 0; m < w->bars->count; m++) {
        const GroupingBar place = place_of(w, m);
        for (int i = 0; i < place.held; i++) {
            WrittenBar *bar = &w->bar[place.written + i];
            if (place.part == 0) {
                bar->number = timeline_bar_number(w->timeline, place.written + i);
                bar->meter = timeline_bar(w->timeline, place.written + i).meter;
                bar->first = m;
                bar->from = i * held_steps(&place);
            }
            bar->models++;
            bar->steps += held_steps(&place);
        }
    }
}

/* Steps of a slot that lie in the bar with that place among those that its model bar holds. */
static int shared_steps(const GroupingBar *place, int index, int slot) {
    const int begin = index * held_steps(place), end = begin + held_steps(place),
              from = slot * BAR_SLOT_STEPS;
    return number_max(0, number_min(end, from + BAR_SLOT_STEPS) - number_max(begin, from));
}

/* How much one of the bars that a model bar holds takes from what the slots' gates let through, of model bar `of`; -1 = of any. */
static float taken_by_held(const WrittenBars *w, int model, const GroupingBar *place, int index, int of) {
    float sum = 0;
    for (int slot = 0; slot < BAR_SLOTS; slot++) {
        const float pointer = of < 0 ? 1 : analysis_pointer(w->analysis, model, slot, of);
        sum += (float)shared_steps(place, index, slot) * analysis_gate(w->analysis, model, slot) * pointer;
    }
    return sum / (float)number_max(held_steps(place), 1);
}

/* Adds what one model bar has for each of the written bars that it is in. */
static void add_costs(WrittenBars *w) {
    for (int m = 0; m < w->bars->count; m++) {
        const GroupingBar place = place_of(w, m);
        for (int i = 0; i < place.held; i++) {
            WrittenBar *bar = &w->bar[place.written + i];
            const float taken =
                place.held > 1 ? taken_by_held(w, m, &place, i, -1) : analysis_taken(w->analysis, m);
            bar->cost += analysis_cost(w->analysis, m) / (float)place.held;
            bar->taken += taken * (float)held_steps(&place) / (float)number_max(bar->steps, 1);
        }
    }
}

static int list_pieces(Piece *pieces, const WrittenBars *w) {
    int count = 0;
    for (int m = 0; m < w->bars->count; m++) {
        const GroupingBar place = place_of(w, m);
        for (int i = 0; i < place.held; i++) {
            Piece *piece = &pieces[count++];
            const int steps = held_steps(&place);
            *piece = (Piece){.bar = w->bars->bar[m], .written = place.written + i};
            if (place.held == 1) continue;
            memset(piece->bar.token, BAR_PAD, sizeof piece->bar.token);
            memcpy(piece->bar.token, w->bars->bar[m].token + (size_t)i * (size_t)steps, (size_t)steps);
        }
    }
    return count;
}

static int written_of(const Piece *pieces, int piece) {
    return piece < 0 ? -1 : pieces[piece].written;
}

static StructureRepeat on_page(const StructureRepeat *repeat, const Piece *pieces) {
    return (StructureRepeat){.kind = repeat->kind,
                             .of = written_of(pieces, repeat->of),
                             .interval = repeat->interval,
                             .kin = written_of(pieces, repeat->kin),
                             .contour = repeat->contour};
}

static bool is_alike(const StructureRepeat *a, const StructureRepeat *b) {
    return a->kind == b->kind && a->of == b->of && a->interval == b->interval && a->kin == b->kin;
}

/* Of a bar of several pieces: it is what all of them are if they are so of the same bar, else nearly the bar that most steps of it
 * come from. Pieces without notes have no say, and a piece that repeats another one of its own bar is new. */
static StructureRepeat join(const StructureRepeat *repeat, const Piece *pieces, int first, int count) {
    static const StructureRepeat NOTHING = {.kind = STRUCTURE_NONE, .of = -1, .kin = -1};
    StructureRepeat one = NOTHING, most = NOTHING;
    int sounding = 0, steps = 0;
    bool alike = true;
    for (int p = first; p < first + count; p++) {
        if (!bar_has_onset(&pieces[p].bar)) continue;
        StructureRepeat own = on_page(&repeat[p], pieces);
        if (own.of == pieces[p].written) own = NOTHING;
        if (own.kin == pieces[p].written) own.kin = -1;
        if (sounding++ == 0) one = own;
        alike &= is_alike(&own, &one);
        if (own.kind == STRUCTURE_NONE || bar_steps(&pieces[p].bar) <= steps) continue;
        steps = bar_steps(&pieces[p].bar);
        most = own;
    }
    if (alike) return one;
    if (most.kind != STRUCTURE_NONE) most.kind = most.interval ? STRUCTURE_NEAR_MOVED : STRUCTURE_NEAR;
    return most;
}

static void find_repeats(WrittenBars *w, const Piece *pieces, const StructureRepeat *repeat, int count) {
    int letters = 0;
    for (int p = 0, next = 0; p < count; p = next) {
        WrittenBar *bar = &w->bar[pieces[p].written];
        bool sounds = false;
        while (next < count && pieces[next].written == pieces[p].written)
            sounds |= bar_has_onset(&pieces[next++].bar);
        bar->repeat = join(repeat, pieces, p, next - p);
        structure_name(&bar->repeat, sounds, bar->repeat.of < 0 ? NULL : &w->bar[bar->repeat.of].repeat,
                       &letters);
    }
}

bool written_bars_make(WrittenBars *out, const Analysis *analysis, const BarSequence *bars,
                       const Timeline *timeline, Error *err) {
    *out = (WrittenBars){.analysis = analysis, .bars = bars, .timeline = timeline};
    const GroupingBar last = grouping_bar(timeline, bars->count - 1);
    const size_t held = GROUPING_STEPS_MAX * (size_t)bars->count; /* at most one a step */
    out->count = last.written + last.held;
    out->bar = calloc((size_t)out->count, sizeof *out->bar);
    Piece *pieces = calloc(held, sizeof *pieces);
    StructureRepeat *repeat = calloc(held, sizeof *repeat);
    Bar *piece_bars = calloc(held, sizeof *piece_bars);
    const bool ok = out->bar && pieces && repeat && piece_bars;
    if (ok) {
        lay_out(out);
        add_costs(out);
        const int count = list_pieces(pieces, out);
        for (int p = 0; p < count; p++) piece_bars[p] = pieces[p].bar;
        structure_form(repeat, piece_bars, count, interval_find_scale(bars->bar, bars->count));
        find_repeats(out, pieces, repeat, count);
    }
    free(pieces);
    free(repeat);
    free(piece_bars);
    if (ok) return true;
    written_bars_deinit(out);
    return error_memory(err, "the bars as they are written");
}

void written_bars_deinit(WrittenBars *written) {
    free(written->bar);
    *written = (WrittenBars){0};
}

/* ---- asking ---- */

/* Adds to the reference of the same bar and interval, or puts a new one in its place in the order. */
static int add_use(Reference *out, int count, int capacity, Reference use) {
    int at = 0;
    while (at < count &&
           (out[at].bar < use.bar || (out[at].bar == use.bar && out[at].interval < use.interval)))
        at++;
    if (at < count && out[at].bar == use.bar && out[at].interval == use.interval) {
        out[at].weight += use.weight;
        return count;
    }
    if (count == capacity) return count;
    memmove(out + at + 1, out + at, sizeof *out * (size_t)(count - at));
    out[at] = use;
    return count + 1;
}

int written_bars_uses(const WrittenBars *w, int t, Reference *out, int capacity) {
    const WrittenBar *bar = &w->bar[t];
    const int index = index_in(w, bar);
    int count = 0, kept = 0;
    for (int m = bar->first; m < bar->first + bar->models; m++) {
        const GroupingBar place = place_of(w, m);
        Reference use;
        AnalysisWalk walk = analysis_uses(w->analysis, ANALYSIS_REFERENCE, m);
        while (analysis_next(&walk, &use)) {
            if (place.held > 1) use.weight = taken_by_held(w, m, &place, index, use.bar);
            use.bar = written_at(w, use.bar, index);
            use.slots = 0;
            use.weight *= (float)held_steps(&place) / (float)number_max(bar->steps, 1);
            if (use.bar < t) count = add_use(out, count, capacity, use);
        }
    }
    for (int i = 0; i < count; i++)
        if (out[i].weight >= REFERENCE_MIN) out[kept++] = out[i];
    return kept;
}

int written_bars_moves(const WrittenBars *w, int t, int *out, int capacity) {
    const WrittenBar *bar = &w->bar[t];
    int count = 0;
    for (int m = bar->first; m < bar->first + bar->models; m++) {
        Reference user;
        AnalysisWalk walk = analysis_users(w->analysis, ANALYSIS_INFLUENCE, m);
        while (analysis_next(&walk, &user)) {
            const GroupingBar place = place_of(w, user.bar);
            for (int i = 0; i < place.held; i++) {
                const int later = place.written + i;
                int at = count;
                while (at > 0 && out[at - 1] > later) at--;
                if (later <= t || count == capacity || (at > 0 && out[at - 1] == later)) continue;
                memmove(out + at + 1, out + at, sizeof *out * (size_t)(count - at));
                out[at] = later;
                count++;
            }
        }
    }
    return count;
}

uint8_t written_bars_token(const WrittenBars *w, int t, int step) {
    const WrittenBar *bar = &w->bar[t];
    int m = bar->first;
    step += bar->from;
    for (; m < bar->first + bar->models - 1; m++) {
        const int steps = place_of(w, m).steps;
        if (step < steps) break;
        step -= steps;
    }
    return w->bars->bar[m].token[step];
}
