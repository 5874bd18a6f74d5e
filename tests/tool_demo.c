/* tool_demo MELODIES.tsv FOLDER: writes the demo melodies as MIDI files. "make demo" runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "tests/support/demo_text.h"

static bool write_one(const char *line, const char *folder, Error *err) {
    DemoText demo = {0};
    unsigned char *bytes = NULL;
    size_t size = 0;
    char path[512];
    bool done = demo_text_parse(&demo, line, err) && demo_text_build(&demo, &bytes, &size, err);
    snprintf(path, sizeof path, "%s/%s.mid", folder, demo.file);
    done = done && file_save(path, bytes, size, err);
    if (done)
        printf("%s: %d notes in %d bars\n", path, score_voice(&demo.score, 0)->count,
               timeline_bar_count(demo.score.timeline, score_end(&demo.score)));
    free(bytes);
    demo_text_deinit(&demo);
    return done;
}

int main(int argc, char **argv) {
    Error err = {""};
    unsigned char *text = NULL;
    size_t size = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: tool_demo MELODIES.tsv FOLDER\n");
        return 2;
    }
    bool done = file_read(argv[1], 1 << 20, &text, &size, &err);
    for (char *line = done ? strtok((char *)text, "\n") : NULL; done && line; line = strtok(NULL, "\n"))
        done = line[0] == '#' || write_one(line, argv[2], &err);
    if (!done) fprintf(stderr, "tool_demo: %s\n", err.text);
    free(text);
    return done ? 0 : 1;
}
