#include "engine/music/recipe.h"

#include <assert.h>
#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/music/score.h"

enum { WORD_MAX = 64, BARS_MAX = 1 << 16 };
static const char HEADING[] = "refrain-recipe 2", OLD_HEADING[] = "refrain-recipe 1";
static const float TEMPERATURE_MAX = 100;

/* ---- life ---- */

void recipe_deinit(Recipe *recipe) {
    free(recipe->bar);
    memset(recipe, 0, sizeof *recipe);
}

BarSource recipe_default(int bar, bool has_context) {
    return (BarSource){.kind = bar > 0 && has_context ? RECIPE_CONTEXT : RECIPE_ORIGINAL};
}

int source_bar(const BarSource *source, int t) {
    return source->kind <= RECIPE_CONTEXT && source->bar > 0 ? source->bar - 1 : t;
}

/* Rows of `from` bars become rows of `to`, in the same place, which is long enough for both. */
static void move_rows(BarSource *bar, int voices, int from, int to) {
    size_t kept = (size_t)(from < to ? from : to) * sizeof *bar;
    for (int i = 0; i < voices; i++) {
        int v = to > from ? voices - 1 - i : i; /* no row lands on one that has not moved yet */
        memmove(bar + (size_t)v * (size_t)to, bar + (size_t)v * (size_t)from, kept);
    }
}

bool recipe_resize(Recipe *recipe, int count, bool has_context, Error *err) {
    assert(count >= 0);
    int voices = recipe->voices > 0 ? recipe->voices : 1, old = recipe->count;
    if (count > old) {
        BarSource *bar = realloc(recipe->bar, (size_t)voices * (size_t)count * sizeof *bar);
        if (!bar) return error_memory(err, "the recipe of more bars");
        recipe->bar = bar;
    }
    if (count != old) move_rows(recipe->bar, voices, old, count);
    for (int v = 0; v < voices; v++)
        for (int t = old; t < count; t++) recipe->bar[v * count + t] = recipe_default(t, has_context);
    recipe->voices = voices;
    recipe->count = count;
    return true;
}

bool recipe_insert_bars(Recipe *recipe, int at, int bars, bool has_context, Error *err) {
    int old = recipe->count;
    assert(at >= 0 && at <= old && bars >= 0);
    if (!recipe_resize(recipe, old + bars, has_context, err)) return false;
    for (int v = 0; v < recipe->voices; v++) {
        BarSource *row = recipe->bar + v * recipe->count;
        memmove(row + at + bars, row + at, (size_t)(old - at) * sizeof *row);
        for (int t = at; t < at + bars; t++) row[t] = recipe_default(t, has_context);
    }
    return true;
}

void recipe_delete_bars(Recipe *recipe, int at, int bars) {
    int old = recipe->count, after = old - at - bars;
    assert(at >= 0 && bars >= 0 && after >= 0);
    for (int v = 0; v < recipe->voices; v++) {
        BarSource *row = recipe->bar + v * old;
        memmove(row + at, row + at + bars, (size_t)after * sizeof *row);
    }
    if (bars > 0) move_rows(recipe->bar, recipe->voices, old, old - bars);
    recipe->count = old - bars;
}

void recipe_follow_bars(Recipe *recipe, RecipeKind score, int at, int bars, bool has_context) {
    for (int i = 0; i < recipe->voices * recipe->count; i++) {
        BarSource *source = &recipe->bar[i];
        if (source->kind != score || source->bar <= at) continue; /* counted from 1, 0 = none named */
        bool locked = source->locked;
        if (source->bar <= at - bars)
            *source = recipe_default(i % recipe->count, has_context);
        else
            source->bar += bars;
        source->locked = locked;
    }
}

bool recipe_copy(Recipe *to, const Recipe *from, Error *err) {
    assert(to != from);
    Recipe copy = {.voices = from->voices};
    if (!recipe_resize(&copy, from->count, false, err)) return false;
    if (from->count > 0)
        memcpy(copy.bar, from->bar, (size_t)copy.voices * (size_t)from->count * sizeof *copy.bar);
    recipe_deinit(to);
    *to = copy;
    return true;
}

static bool source_equal(const BarSource *a, const BarSource *b) {
    if (a->kind != b->kind || a->locked != b->locked) return false;
    switch (a->kind) {
    case RECIPE_ORIGINAL:
    case RECIPE_CONTEXT:
        return a->bar == b->bar && a->voice == b->voice;
    case RECIPE_MIX:
        return a->mix == b->mix;
    case RECIPE_POSTERIOR:
    case RECIPE_PRIOR:
        return a->seed == b->seed && a->temperature == b->temperature;
    case RECIPE_NOTES:
        return a->seeded == b->seeded && (!a->seeded || a->seed == b->seed) &&
               memcmp(a->step, b->step, sizeof a->step) == 0;
    }
    return false;
}

bool recipe_equal(const Recipe *a, const Recipe *b) {
    if (a->count != b->count || (a->count > 0 && a->voices != b->voices)) return false;
    for (int t = 0; t < a->voices * a->count; t++)
        if (!source_equal(&a->bar[t], &b->bar[t])) return false;
    return true;
}

/* ---- words ---- */

static void drawn_words(char *out, size_t size, const BarSource *source, SourceWords words) {
    const bool anew = source->kind == RECIPE_PRIOR;
    const unsigned long long seed = source->seed;
    if (words == SOURCE_SIGN)
        snprintf(out, size, anew ? "~n" : "~");
    else if (words == SOURCE_SHORT)
        snprintf(out, size, "~%s %llu @%.2g", anew ? "new" : "vary", seed, (double)source->temperature);
    else
        snprintf(out, size, "%s, seed %llu, temperature %.2g",
                 anew ? "drawn anew" : "a variation of its default source", seed,
                 (double)source->temperature);
}

static void score_words(char *out, size_t size, const BarSource *source, SourceWords words) {
    static const char *const NAMES[] = {[RECIPE_ORIGINAL] = "original", [RECIPE_CONTEXT] = "context"};
    const char *name = NAMES[source->kind];
    int number = (int)source->kind + 1;
    char bar[16] = "", voice[16] = "";
    bool sign = words == SOURCE_SIGN;
    if (source->bar > 0) snprintf(bar, sizeof bar, sign ? ":%d" : "bar %d", (int)source->bar);
    if (source->voice > 0) snprintf(voice, sizeof voice, sign ? "v%d" : "voice %d", source->voice);
    const char *of_bar = bar[0] ? " of " : "", *of_voice = voice[0] ? " of " : "";
    if (sign)
        snprintf(out, size, "%d%s%s", number, voice, bar);
    else if (words == SOURCE_LONG)
        snprintf(out, size, "%s%s%s%sthe %s", bar, of_bar, voice, of_voice, name);
    else if (bar[0] || voice[0])
        snprintf(out, size, "%d %s%s%s", number, voice, bar[0] && voice[0] ? " " : "", bar);
    else
        snprintf(out, size, "%d %s", number, name);
}

static void notes_words(char *out, size_t size, const BarSource *source, SourceWords words) {
    static const char *const KEPT[] = {"=", "=kept", "kept notes"};
    int used = snprintf(out, size, "%s", KEPT[words]);
    if (source->seeded && words != SOURCE_SIGN)
        snprintf(out + used, size - (size_t)used, words == SOURCE_LONG ? ", seed %llu" : " %llu",
                 (unsigned long long)source->seed);
}

void source_words(char *out, size_t size, const BarSource *source, SourceWords words) {
    const double context = 100 * (double)source->mix;
    switch (source->kind) {
    case RECIPE_ORIGINAL:
    case RECIPE_CONTEXT:
        score_words(out, size, source, words);
        break;
    case RECIPE_MIX:
        if (words == SOURCE_LONG)
            snprintf(out, size, "a mix: %.0f%% context, %.0f%% original", context, 100 - context);
        else
            snprintf(out, size, words == SOURCE_SHORT ? "%.0f%% of 2" : "%.0f%%", context);
        break;
    case RECIPE_POSTERIOR:
    case RECIPE_PRIOR:
        drawn_words(out, size, source, words);
        break;
    case RECIPE_NOTES:
        notes_words(out, size, source, words);
        break;
    }
}

/* ---- text ---- */

/* Songs travel between machines: numbers are written and read with a point, whatever the user's locale says.
 */
static locale_t enter_plain_locale(void) {
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    assert(plain != (locale_t)0); /* "C" is built in */
    uselocale(plain);
    return plain;
}

static void leave_plain_locale(locale_t plain, locale_t before) {
    uselocale(before);
    freelocale(plain);
}

static int write_score(char *out, const BarSource *source, const char *lock) {
    char bar[16] = "", voice[16] = "";
    if (source->bar > 0) snprintf(bar, sizeof bar, "%d", (int)source->bar);
    if (source->voice > 0) snprintf(voice, sizeof voice, "v%d", source->voice);
    return snprintf(out, WORD_MAX, "%c%s%s%s", source->kind == RECIPE_ORIGINAL ? 'o' : 'c', bar, voice, lock);
}

static int write_notes(char *out, const BarSource *source, const char *lock) {
    char *end = out;
    *end++ = 'k';
    for (int i = 0; i < RECIPE_STEPS; i++) {
        int step = source->step[i];
        if (step < STEP_PITCH || step == STEP_TRIPLET)
            *end++ = step == STEP_HOLD ? '-' : step == STEP_REST ? '.' : '/';
        else
            end += sprintf(end, "%02x", (unsigned)(step - STEP_PITCH));
    }
    if (source->seeded) end += sprintf(end, "~%llu", (unsigned long long)source->seed);
    return (int)(end - out) + sprintf(end, "%s", lock);
}

static int write_source(char *out, const BarSource *source) {
    const char *lock = source->locked ? "!" : "";
    unsigned long long seed = source->seed;
    switch (source->kind) {
    case RECIPE_ORIGINAL:
    case RECIPE_CONTEXT:
        return write_score(out, source, lock);
    case RECIPE_MIX:
        return snprintf(out, WORD_MAX, "m%.9g%s", (double)source->mix, lock);
    case RECIPE_POSTERIOR:
        return snprintf(out, WORD_MAX, "p%llu@%.9g%s", seed, (double)source->temperature, lock);
    case RECIPE_PRIOR:
        return snprintf(out, WORD_MAX, "n%llu@%.9g%s", seed, (double)source->temperature, lock);
    case RECIPE_NOTES:
        return write_notes(out, source, lock);
    }
    return 0;
}

char *recipe_to_text(const Recipe *recipe) {
    size_t sources = (size_t)recipe->voices * (size_t)recipe->count;
    char *text = malloc(sizeof HEADING + sources * (WORD_MAX + 1));
    if (!text) return NULL;
    locale_t before = uselocale((locale_t)0), plain = enter_plain_locale();
    char *end = text + sprintf(text, "%s", HEADING);
    for (size_t i = 0; i < sources; i++) {
        *end++ = i % (size_t)recipe->count == 0 ? '\n' : ' ';
        end += write_source(end, &recipe->bar[i]);
    }
    leave_plain_locale(plain, before);
    return text;
}

/* A plain decimal number of 0..limit at *text, which is moved behind it. */
static bool read_number(const char **text, float limit, float *number) {
    if (!isdigit((unsigned char)**text)) return false; /* strtof would take blanks, signs, inf and nan */
    char *end;
    *number = strtof(*text, &end);
    if (!isfinite(*number) || *number > limit) return false;
    *text = end;
    return true;
}

static bool read_seed(const char **text, uint64_t *seed) {
    *seed = 0;
    if (!isdigit((unsigned char)**text)) return false;
    for (; isdigit((unsigned char)**text); (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (*seed > (UINT64_MAX - digit) / 10) return false;
        *seed = *seed * 10 + digit;
    }
    return true;
}

/* A whole number of 1..limit at *text, which is moved behind it. */
static bool read_ordinal(const char **text, uint64_t limit, int *ordinal) {
    uint64_t number;
    if (!read_seed(text, &number) || number < 1 || number > limit) return false;
    *ordinal = (int)number;
    return true;
}

/* "5v2", "5", "v2" or nothing. */
static bool read_place(const char **text, BarSource *source) {
    int bar = 0, voice = 0;
    if (isdigit((unsigned char)**text) && !read_ordinal(text, BARS_MAX, &bar)) return false;
    if (**text == 'v') {
        (*text)++;
        if (!read_ordinal(text, SCORE_VOICES_MAX, &voice)) return false;
    }
    source->bar = bar;
    source->voice = (uint8_t)voice;
    return true;
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_step(const char **text, uint8_t *step) {
    char c = *(*text)++;
    if (c == '.' || c == '-' || c == '/') {
        *step = c == '-' ? STEP_HOLD : c == '.' ? STEP_REST : STEP_TRIPLET;
        return true;
    }
    int high = hex_digit(c), low = high < 0 ? -1 : hex_digit(**text);
    if (high > 7 || low < 0) return false;
    (*text)++;
    *step = (uint8_t)(STEP_PITCH + 16 * high + low);
    return true;
}

static bool read_notes(const char **text, BarSource *source) {
    for (int i = 0; i < RECIPE_STEPS; i++)
        if (!**text || !read_step(text, &source->step[i])) return false;
    if (**text != '~') return true;
    (*text)++;
    source->seeded = true;
    return read_seed(text, &source->seed);
}

/* old: as in "refrain-recipe 1". */
static bool read_source(const char *word, bool old, BarSource *source) {
    memset(source, 0, sizeof *source);
    char kind = *word++;
    bool ok = true;
    if (kind == 'o' || kind == 'c') {
        source->kind = kind == 'o' ? RECIPE_ORIGINAL : RECIPE_CONTEXT;
        ok = old || read_place(&word, source);
    } else if (kind == 'm') {
        source->kind = RECIPE_MIX;
        ok = read_number(&word, 1, &source->mix);
    } else if (kind == 'p' || kind == 'n') {
        source->kind = kind == 'p' ? RECIPE_POSTERIOR : RECIPE_PRIOR;
        ok = read_seed(&word, &source->seed) && *word++ == '@' &&
             read_number(&word, TEMPERATURE_MAX, &source->temperature);
    } else if (kind == 'k' && !old) {
        source->kind = RECIPE_NOTES;
        ok = read_notes(&word, source);
    } else {
        return false;
    }
    if (!ok) return false;
    if (*word == '!') {
        source->locked = true;
        word++;
    }
    return *word == '\0';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *text) {
    while (is_blank(*text)) text++;
    return text;
}

static size_t word_length(const char *text) {
    size_t length = 0;
    while (text[length] && !is_blank(text[length])) length++;
    return length;
}

/* The shape that a text asks for: of an old one, a single row, wherever its lines end. False when its lines differ. */
static bool count_words(Recipe *shape, const char *text, bool old, Error *err) {
    const char *line_end = text;
    int words = 0; /* of the line that the last word is in */
    for (text = skip_blanks(text); *text; text = skip_blanks(text + word_length(text))) {
        bool begins = !shape->voices || (!old && text > line_end);
        if (begins) {
            line_end = text + strcspn(text, "\n");
            if (shape->voices > 0 && words != shape->count) break;
            if (++shape->voices > SCORE_VOICES_MAX)
                return error_set(err, "The recipe has too many lines: at most %d voices can be read.",
                                 SCORE_VOICES_MAX);
            words = 0;
        }
        if (++words > BARS_MAX)
            return error_set(err, "The recipe is too long: at most %d bars can be read.", BARS_MAX);
        if (shape->voices == 1) shape->count = words;
    }
    if (words == shape->count) return true;
    return error_set(err,
                     "The recipe's line %d has other bars than its first, which has %d: all need as many.",
                     shape->voices, shape->count);
}

static bool read_bars(Recipe *recipe, const char *text, bool old, Error *err) {
    text = skip_blanks(text);
    for (int i = 0; i < recipe->voices * recipe->count; i++) {
        char word[WORD_MAX];
        size_t length = word_length(text);
        size_t kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, text, kept);
        word[kept] = '\0';
        if (kept < length || !read_source(word, old, &recipe->bar[i]))
            return error_set(
                err,
                "The recipe says \"%.20s\" for bar %d, which is no source of a bar: o, c, m0.5, p7@1 "
                "or n7@1 would be.",
                word, i % recipe->count + 1);
        text = skip_blanks(text + length);
    }
    return true;
}

static bool has_heading(const char *text, const char *heading) {
    size_t length = strlen(heading);
    return strncmp(text, heading, length) == 0 && (!text[length] || is_blank(text[length]));
}

bool recipe_from_text(Recipe *recipe, const char *text, Error *err) {
    bool old = has_heading(text, OLD_HEADING);
    if (!old && !has_heading(text, HEADING))
        return error_set(err, "This is not a recipe that refrain can read: it does not begin with \"%s\".",
                         HEADING);
    text += sizeof HEADING - 1; /* both are equally long */
    Recipe shape = {0};
    if (!count_words(&shape, text, old, err)) return false;
    Recipe made = {.voices = shape.voices};
    if (!recipe_resize(&made, shape.count, false, err)) return false;
    locale_t before = uselocale((locale_t)0), plain = enter_plain_locale();
    bool ok = read_bars(&made, text, old, err);
    leave_plain_locale(plain, before);
    if (!ok) {
        recipe_deinit(&made);
        return false;
    }
    recipe_deinit(recipe);
    *recipe = made;
    return true;
}
