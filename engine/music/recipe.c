#include "engine/music/recipe.h"

#include <assert.h>
#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, BARS_MAX = 1 << 16 };
static const char HEADING[] = "refrain-recipe 1";
static const float TEMPERATURE_MAX = 100;

/* ---- life ---- */

void recipe_deinit(Recipe *recipe) {
    free(recipe->bar);
    memset(recipe, 0, sizeof *recipe);
}

BarSource recipe_default(int bar, bool has_context) {
    return (BarSource){.kind = bar > 0 && has_context ? RECIPE_CONTEXT : RECIPE_ORIGINAL};
}

bool recipe_resize(Recipe *recipe, int count, bool has_context, Error *err) {
    assert(count >= 0);
    if (count > recipe->count) {
        BarSource *bar = realloc(recipe->bar, (size_t)count * sizeof *bar);
        if (!bar) return error_memory(err, "the recipe of more bars");
        recipe->bar = bar;
        for (int t = recipe->count; t < count; t++) bar[t] = recipe_default(t, has_context);
    }
    recipe->count = count;
    return true;
}

bool recipe_copy(Recipe *to, const Recipe *from, Error *err) {
    assert(to != from);
    if (!recipe_resize(to, from->count, false, err)) return false;
    if (from->count > 0) memcpy(to->bar, from->bar, (size_t)from->count * sizeof *to->bar);
    return true;
}

static bool source_equal(const BarSource *a, const BarSource *b) {
    if (a->kind != b->kind || a->locked != b->locked) return false;
    switch (a->kind) {
    case RECIPE_MIX:
        return a->mix == b->mix;
    case RECIPE_POSTERIOR:
    case RECIPE_PRIOR:
        return a->seed == b->seed && a->temperature == b->temperature;
    default:
        return true;
    }
}

bool recipe_equal(const Recipe *a, const Recipe *b) {
    if (a->count != b->count) return false;
    for (int t = 0; t < a->count; t++)
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

void source_words(char *out, size_t size, const BarSource *source, SourceWords words) {
    static const char *const ORIGINAL[] = {"1", "1 original", "the original"}, *const CONTEXT[] = {
                                                                                   "2", "2 context",
                                                                                   "the context"};
    const double context = 100 * (double)source->mix;
    switch (source->kind) {
    case RECIPE_ORIGINAL:
        snprintf(out, size, "%s", ORIGINAL[words]);
        break;
    case RECIPE_CONTEXT:
        snprintf(out, size, "%s", CONTEXT[words]);
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

static int write_source(char *out, const BarSource *source) {
    const char *lock = source->locked ? "!" : "";
    unsigned long long seed = source->seed;
    switch (source->kind) {
    case RECIPE_ORIGINAL:
        return snprintf(out, WORD_MAX, " o%s", lock);
    case RECIPE_CONTEXT:
        return snprintf(out, WORD_MAX, " c%s", lock);
    case RECIPE_MIX:
        return snprintf(out, WORD_MAX, " m%.9g%s", (double)source->mix, lock);
    case RECIPE_POSTERIOR:
        return snprintf(out, WORD_MAX, " p%llu@%.9g%s", seed, (double)source->temperature, lock);
    case RECIPE_PRIOR:
        return snprintf(out, WORD_MAX, " n%llu@%.9g%s", seed, (double)source->temperature, lock);
    }
    return 0;
}

char *recipe_to_text(const Recipe *recipe) {
    char *text = malloc(sizeof HEADING + (size_t)recipe->count * WORD_MAX);
    if (!text) return NULL;
    locale_t before = uselocale((locale_t)0), plain = enter_plain_locale();
    char *end = text + sprintf(text, "%s", HEADING);
    for (int t = 0; t < recipe->count; t++) end += write_source(end, &recipe->bar[t]);
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

static bool read_source(const char *word, BarSource *source) {
    memset(source, 0, sizeof *source);
    char kind = *word++;
    bool ok = true;
    if (kind == 'o') {
        source->kind = RECIPE_ORIGINAL;
    } else if (kind == 'c') {
        source->kind = RECIPE_CONTEXT;
    } else if (kind == 'm') {
        source->kind = RECIPE_MIX;
        ok = read_number(&word, 1, &source->mix);
    } else if (kind == 'p' || kind == 'n') {
        source->kind = kind == 'p' ? RECIPE_POSTERIOR : RECIPE_PRIOR;
        ok = read_seed(&word, &source->seed) && *word++ == '@' &&
             read_number(&word, TEMPERATURE_MAX, &source->temperature);
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

static int count_words(const char *text) {
    int count = 0;
    for (text = skip_blanks(text); *text && count <= BARS_MAX; text = skip_blanks(text + word_length(text)))
        count++;
    return count;
}

static bool read_bars(Recipe *recipe, const char *text, Error *err) {
    text = skip_blanks(text);
    for (int t = 0; t < recipe->count; t++) {
        char word[WORD_MAX];
        size_t length = word_length(text);
        size_t kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, text, kept);
        word[kept] = '\0';
        if (kept < length || !read_source(word, &recipe->bar[t]))
            return error_set(
                err,
                "The recipe says \"%.20s\" for bar %d, which is no source of a bar: o, c, m0.5, p7@1 "
                "or n7@1 would be.",
                word, t + 1);
        text = skip_blanks(text + length);
    }
    return true;
}

bool recipe_from_text(Recipe *recipe, const char *text, Error *err) {
    size_t heading = sizeof HEADING - 1;
    if (strncmp(text, HEADING, heading) != 0 || (text[heading] && !is_blank(text[heading])))
        return error_set(err, "This is not a recipe that refrain can read: it does not begin with \"%s\".",
                         HEADING);
    Recipe made = {0};
    int count = count_words(text + heading);
    if (count > BARS_MAX)
        return error_set(err, "The recipe is too long: at most %d bars can be read.", BARS_MAX);
    if (!recipe_resize(&made, count, false, err)) return false;
    locale_t before = uselocale((locale_t)0), plain = enter_plain_locale();
    bool ok = read_bars(&made, text + heading, err);
    leave_plain_locale(plain, before);
    if (!ok) {
        recipe_deinit(&made);
        return false;
    }
    recipe_deinit(recipe);
    *recipe = made;
    return true;
}
