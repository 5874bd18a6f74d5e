#include "app/studio/question.h"

#include <stdarg.h>
#include <stdio.h>

const char *question_answers(QuestionKind kind) {
    switch (kind) {
    case QUESTION_UNSAVED:
        return "ync";
    case QUESTION_OVERWRITE:
    case QUESTION_QUANTISE:
        return "yn";
    case QUESTION_RECOVER:
        return "ydl";
    default:
        return "";
    }
}

void question_ask(Question *question, QuestionKind kind, const Command *command, const char *format, ...) {
    *question = (Question){.kind = kind};
    if (command) question->command = *command;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(question->text, sizeof question->text, format, arguments);
    va_end(arguments);
}
