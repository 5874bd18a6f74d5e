/* example MODEL: what another program does with refrain's model: reads a melody, tells what its bars refer to, and pours the
 * first bar of one melody into the structure of another. Build: cc example.c $(pkg-config --cflags --libs refrain) */
#include <stdio.h>
#include <stdlib.h>

#include <refrain.h>

enum { QUARTER = 480, NOTES_MAX = 64 };

static RefrainError why;

static void *need(void *what) {
    if (what) return what;
    fprintf(stderr, "%s\n", why.text);
    exit(EXIT_FAILURE);
}

/* Quarters, one after another; 0 makes the note before it longer. */
static RefrainPiece *read_quarters(RefrainReader *reader, const int *pitch, int quarters) {
    RefrainNote note[NOTES_MAX];
    RefrainMelody melody = {.note = note};
    for (int i = 0; i < quarters; i++) {
        if (pitch[i])
            note[melody.notes++] = (RefrainNote){i * QUARTER, QUARTER, (uint8_t)pitch[i], 80};
        else
            note[melody.notes - 1].length += QUARTER;
    }
    return need(refrain_encode(reader, &melody, &why));
}

static void print_piece(RefrainReader *reader, const char *name, const RefrainPiece *piece) {
    int notes, count;
    const RefrainNote *note = refrain_piece_notes(piece, &notes);
    printf("%s:", name);
    for (int i = 0; i < notes; i++) printf(" %d", note[i].pitch);
    printf("\n");
    for (int t = 0; t < refrain_piece_bars(piece); t++)
        printf("  bar %d costs %.1f nats\n", t + 1, (double)refrain_piece_cost(piece, t));
    RefrainReference *r = need(refrain_references(reader, piece, &count, &why));
    for (int i = 0; i < count; i++)
        printf("  bar %d is bar %d by %.2f, %+d steps, %+d semitones\n", r[i].bar + 1, r[i].of + 1,
               (double)r[i].weight, r[i].scale_steps, r[i].semitones);
    refrain_references_free(r);
}

int main(int argc, char **argv) {
    static const int LUNE[] = {60, 60, 60, 62, 64, 0, 62, 0, 60, 64, 62, 62, 60, 0, 0, 0,
                               60, 60, 60, 62, 64, 0, 62, 0, 60, 64, 62, 62, 60, 0, 0, 0},
                     ODE[] = {64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, 0};
    const int first = 0;
    RefrainModel *model = need(refrain_model_open(argc > 1 ? argv[1] : "refrain.safetensors", &why));
    RefrainReader *reader = need(refrain_reader_new(model, &why));
    RefrainPiece *lune = read_quarters(reader, LUNE, 32), *ode = read_quarters(reader, ODE, 16);
    RefrainPiece *result = need(refrain_transfer(reader, ode, lune, &first, 1, &why));
    print_piece(reader, "Au clair de la lune", lune);
    print_piece(reader, "with a bar of Ode to Joy", result);
    refrain_piece_free(result);
    refrain_piece_free(ode);
    refrain_piece_free(lune);
    refrain_reader_free(reader);
    refrain_model_close(model);
}
