#include "engine/measure/statistics.h"

#include <math.h>

static double share(long part, long whole) {
    return whole > 0 ? (double)part / (double)whole : 0.0;
}

static double entropy(const long count[12], long sum) {
    double bits = 0.0;
    for (int i = 0; i < 12; i++)
        if (count[i] > 0) bits -= share(count[i], sum) * log2(share(count[i], sum));
    return bits;
}

/* The largest number of these onsets that one major scale holds; natural minor scales have the same notes. */
static long best_scale(const long pitch_class[12]) {
    static const int steps[7] = {0, 2, 4, 5, 7, 9, 11};
    long best = 0;
    for (int tonic = 0; tonic < 12; tonic++) {
        long inside = 0;
        for (int i = 0; i < 7; i++) inside += pitch_class[(tonic + steps[i]) % 12];
        if (inside > best) best = inside;
    }
    return best;
}

static bool repeats_earlier(const Bar *bars, int t) {
    int oldest = t < BAR_WINDOW ? 0 : t - BAR_WINDOW;
    for (int k = t - 1; k >= oldest; k--)
        if (bar_equal(&bars[t], &bars[k])) return true;
    return false;
}

void statistics_add(Statistics *statistics, const Bar *bars, int count, int steps, int from) {
    long pitch_class[12] = {0};
    for (int t = from; t < count; t++) {
        for (int s = 0; s < steps; s++)
            if (bar_is_onset(bars[t].token[s])) pitch_class[bar_pitch(bars[t].token[s]) % 12]++;
        if (!bar_has_onset(&bars[t])) continue;
        statistics->sounding_bars++;
        statistics->repeated_bars += repeats_earlier(bars, t);
    }
    statistics->melodies++;
    statistics->bars += count - from;
    statistics->quarters += (long)(count - from) * steps / 4;
    statistics->in_scale += best_scale(pitch_class);
    long onsets = 0;
    for (int i = 0; i < 12; i++) onsets += pitch_class[i];
    statistics->onsets += onsets;
    statistics->entropy += (double)onsets * entropy(pitch_class, onsets);
}

double statistics_pitch_class_entropy(const Statistics *statistics) {
    return statistics->onsets > 0 ? statistics->entropy / (double)statistics->onsets : 0.0;
}

double statistics_onset_density(const Statistics *statistics) {
    return share(statistics->onsets, statistics->quarters);
}

double statistics_repeated_bars(const Statistics *statistics) {
    return share(statistics->repeated_bars, statistics->sounding_bars);
}

double statistics_scale_consistency(const Statistics *statistics) {
    return share(statistics->in_scale, statistics->onsets);
}
