#include "app/cli/completion.h"

#include <string.h>

#include "app/cli/options.h"

typedef enum { NOTHING, FILES, MODES } Offer; /* what may stand after an option */

/* The argument's word in options.def says what it is: those that name files end in one of these. */
static Offer offer_of(OptionWords words) {
    static const char *const files[] = {"FILE", "FILE...", "MODEL", "FOLDER"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(words.argument, files[i]) == 0) return FILES;
    return strcmp(words.argument, "MODE") == 0 ? MODES : NOTHING;
}

static void print_modes(FILE *out) {
    for (int align = 0; align < DOCUMENT_ALIGNS; align++)
        fprintf(out, "%s%s", align ? " " : "", document_align_name((DocumentAlign)align));
}

static uint64_t options_of(const Verb *verb) {
    uint64_t both = verb->name[0] ? 0 : VERB_OPTION(VERSION);
    return verb->required | verb->optional | VERB_OPTION(HELP) | both;
}

static void print_verbs(FILE *out) {
    for (int i = 1; i < verbs_count(); i++) fprintf(out, "%s%s", i > 1 ? " " : "", verbs_at(i)->name);
}

/* --- bash --- */

/* "-o|--out|--model": every spelling of the options whose argument is offered so, as a pattern of case. */
static void bash_pattern(FILE *out, Offer offer) {
    const char *bar = "";
    for (int id = 0; id < OPTION_COUNT_ALL; id++) {
        OptionWords words = options_words((OptionId)id);
        if (!words.argument[0] || offer_of(words) != offer) continue;
        if (words.letter) {
            fprintf(out, "%s-%c", bar, words.letter);
            bar = "|";
        }
        fprintf(out, "%s--%s", bar, words.name);
        bar = "|";
    }
}

static void bash_print(FILE *out) {
    fputs("# bash completion for refrain, printed by \"refrain help --completion bash\"\n"
          "_refrain() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
          "verb=${COMP_WORDS[1]} offers=\n"
          "    case $before in\n    ",
          out);
    bash_pattern(out, FILES);
    fputs(") compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n    ", out);
    bash_pattern(out, MODES);
    fputs(") mapfile -t COMPREPLY < <(compgen -W \"", out);
    print_modes(out);
    fputs("\" -- \"$word\"); return ;;\n    ", out);
    bash_pattern(out, NOTHING);
    fputs(") return ;;\n    esac\n"
          "    [ \"$COMP_CWORD\" -gt 1 ] || verb=\n"
          "    case $verb in\n",
          out);
    for (int i = verbs_count() - 1; i >= 0; i--) {
        const Verb *verb = verbs_at(i);
        fprintf(out, "    %s) offers=\"", verb->name[0] ? verb->name : "*");
        for (int id = 0; id < OPTION_COUNT_ALL; id++)
            if (options_of(verb) >> id & 1) fprintf(out, "--%s ", options_words((OptionId)id).name);
        fputs("\" ;;\n", out);
    }
    fputs("    esac\n"
          "    if [[ $word == -* ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$offers\" -- \"$word\")\n"
          "        return\n"
          "    fi\n"
          "    [ \"$verb\" != help ] && { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "
          "\"$word\"); }\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"$verb\" = help ]; then\n"
          "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W \"",
          out);
    print_verbs(out);
    fputs("\" -- \"$word\")\n"
          "    fi\n"
          "}\n"
          "complete -F _refrain refrain\n",
          out);
}

/* --- zsh --- */

/* Text inside '..' of _arguments, where colons and brackets mean something. */
static void zsh_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (strchr(":[]\\", *text)) fputc('\\', out);
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
    }
}

static void zsh_argument(FILE *out, OptionWords words) {
    if (!words.argument[0]) return;
    fputc(':', out);
    zsh_text(out, words.argument);
    Offer offer = offer_of(words);
    if (offer == FILES) fputs(":_files", out);
    if (offer == NOTHING) fputs(": ", out);
    if (offer != MODES) return;
    fputs(":(", out);
    print_modes(out);
    fputc(')', out);
}

static void zsh_option(FILE *out, OptionWords words) {
    char dashes[64];
    for (int letter = words.letter != 0; letter >= 0; letter--) {
        if (letter)
            snprintf(dashes, sizeof dashes, "-%c", words.letter);
        else
            snprintf(dashes, sizeof dashes, "--%s", words.name);
        fprintf(out, " \\\n            '%s[", dashes);
        zsh_text(out, words.help);
        fputc(']', out);
        zsh_argument(out, words);
        fputc('\'', out);
    }
}

static void zsh_print(FILE *out) {
    fputs("#compdef refrain\n"
          "# zsh completion for refrain, printed by \"refrain help --completion zsh\"\n"
          "_refrain() {\n"
          "    local -a verbs=(\n",
          out);
    for (int i = 1; i < verbs_count(); i++) {
        fprintf(out, "        '%s:", verbs_at(i)->name);
        zsh_text(out, verbs_at(i)->summary);
        fputs("'\n", out);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
          "        _describe command verbs\n"
          "        _files\n"
          "        return\n"
          "    fi\n"
          "    case $words[2] in\n",
          out);
    for (int i = verbs_count() - 1; i >= 0; i--) {
        const Verb *verb = verbs_at(i);
        fprintf(out, "    %s)\n        _arguments", verb->name[0] ? verb->name : "*");
        for (int id = 0; id < OPTION_COUNT_ALL; id++)
            if (options_of(verb) >> id & 1) zsh_option(out, options_words((OptionId)id));
        fputs(strcmp(verb->name, "help") == 0 ? " \\\n            '*:command:("
                                              : " \\\n            '*:file:_files'",
              out);
        if (strcmp(verb->name, "help") == 0) {
            print_verbs(out);
            fputs(")'", out);
        }
        fputs("\n        ;;\n", out);
    }
    fputs("    esac\n"
          "}\n"
          "_refrain \"$@\"\n",
          out);
}

bool completion_print(FILE *out, const char *shell) {
    if (strcmp(shell, "bash") == 0) return bash_print(out), true;
    if (strcmp(shell, "zsh") == 0) return zsh_print(out), true;
    return false;
}
