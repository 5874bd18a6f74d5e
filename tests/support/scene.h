/* Scene: a View to draw, made of two well-known tunes and an analysis written by rule instead of by a model, and a little
 * app that performs the commands which move things on the screen. Everything in it is the same on every machine. */
#ifndef REFRAIN_TESTS_SUPPORT_SCENE_H
#define REFRAIN_TESTS_SUPPORT_SCENE_H

#include "ui/ui.h"

typedef struct {
    Score score[VERSIONS];
    Analysis *analysis[VERSIONS];
    Recipe recipe;
    bool follows[64];
    const char *messages[3];
    View view;      /* points into the scene */
    CommandId last; /* the last command performed */
} Scene;

/* Original "Ah vous dirai-je", context "Freude, schoener Goetterfunken", result the latter poured into the former's bar 1. */
void scene_open(Scene *scene);
void scene_close(Scene *scene);
void scene_perform(Scene *scene, const Command *command);

/* Feeds keys to the ui as a person would press them: names of keys (keys.h) separated by blanks; "type:text" types the
 * text, "click:x,y" "press:x,y" "drag:x,y" "release:x,y" "wheel:x,y" are the mouse. */
void scene_keys(Scene *scene, Ui *ui, const char *script);

#endif
