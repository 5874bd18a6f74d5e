/* tool_screen [COLOURS [ascii]]: the test scene in this terminal, to be looked at and photographed; q leaves. */
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/scene.h"
#include "ui/screen.h"

typedef struct {
    Screen *screen;
    Ui *ui;
    Canvas canvas;
    Scene scene;
} Tool;

static void draw(Tool *tool) {
    int width, height, x, y;
    screen_size(tool->screen, &width, &height);
    if (width != tool->canvas.width || height != tool->canvas.height) {
        canvas_deinit(&tool->canvas);
        if (!canvas_init(&tool->canvas, width, height, NULL)) return;
    }
    canvas_clear(&tool->canvas);
    ui_draw(tool->ui, &tool->canvas, &tool->scene.view, &x, &y);
    screen_blit(tool->screen, &tool->canvas, x, y);
}

static void take_keys(Tool *tool) {
    Command command;
    for (UiKey key; screen_read(tool->screen, &key);)
        if (ui_key(tool->ui, &key, &tool->scene.view, &command)) scene_perform(&tool->scene, &command);
}

int main(int argc, char **argv) {
    Tool tool = {.canvas.ascii = argc > 2};
    Error err;
    setlocale(LC_ALL, "");
    scene_open(&tool.scene);
    tool.ui = ui_new(&(UiOptions){.directory = "."}, NULL);
    tool.screen = screen_open(&(ScreenOptions){.colours = argc > 1 ? atoi(argv[1]) : -1}, &err);
    if (!tool.ui || !tool.screen) return fprintf(stderr, "%s\n", err.text), 1;
    while (tool.scene.last != COMMAND_QUIT) {
        draw(&tool);
        struct pollfd fd = {.fd = screen_fd(tool.screen), .events = POLLIN};
        poll(&fd, 1, tool.scene.view.playing ? 33 : -1);
        if (tool.scene.view.playing) tool.scene.view.playhead += 32;
        take_keys(&tool);
    }
    screen_close(tool.screen);
    ui_free(tool.ui);
    canvas_deinit(&tool.canvas);
    scene_close(&tool.scene);
    return 0;
}
