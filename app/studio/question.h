/* Question: what refrain must know before it goes on: save first? overwrite? recover?
 *
 * One at a time. The command that raised it is kept and performed again, with consent given, when the answer allows. */
#ifndef REFRAIN_APP_STUDIO_QUESTION_H
#define REFRAIN_APP_STUDIO_QUESTION_H

#include "ui/command.h"

typedef enum {
    QUESTION_NONE,
    QUESTION_UNSAVED,   /* y save first, n go on without, c stay */
    QUESTION_OVERWRITE, /* y, n */
    QUESTION_QUANTISE,  /* y, n; the preview is shown meanwhile */
    QUESTION_RECOVER,   /* y open it, l later, d delete it */
} QuestionKind;

typedef struct {
    QuestionKind kind;
    char text[400];
    Command command; /* to go on with */
} Question;

const char *question_answers(QuestionKind kind); /* letters; the last one is what Esc means */
void question_ask(Question *question, QuestionKind kind, const Command *command, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
