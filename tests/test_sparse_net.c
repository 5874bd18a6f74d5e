/* The sparse network: its gradient, its rows, what dropping does, and its parameters by name. */
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>

#include "engine/nn/sparse_net.h"

enum { IN = 20, HIDDEN = 6, OUT = 4, ROWS = 5, ON = 7 };

typedef struct {
    SparseNetConfig config;
    size_t size;
    float *block, *gradient;
    SparseActs *acts;
    SparseInput x;
    float weight[ROWS * OUT]; /* the loss is the sum of weight * y */
    Rng rng;
    Error err;
} Fixture;

static int set_up(void **state) {
    Fixture *f = calloc(1, sizeof *f);
    rng_seed(&f->rng, 4);
    f->config = (SparseNetConfig){IN, HIDDEN, OUT};
    f->size = sparse_net_size(&f->config);
    f->block = calloc(f->size, sizeof *f->block);
    f->gradient = calloc(f->size, sizeof *f->gradient);
    sparse_net_init(f->block, &f->config, ON, &f->rng);
    f->acts = sparse_net_acts_new(&f->config, ROWS, true, &f->err);
    assert_non_null(f->acts);
    check_ok(sparse_net_input_init(&f->x, ROWS, ON, &f->err), &f->err);
    for (int r = 0; r < ROWS; r++) {
        f->x.first[r + 1] = f->x.first[r] + ON - r;
        for (int i = f->x.first[r]; i < f->x.first[r + 1]; i++) f->x.index[i] = rng_below(&f->rng, IN);
    }
    for (int i = 0; i < ROWS * OUT; i++) f->weight[i] = rng_normal(&f->rng);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = *state;
    sparse_net_acts_free(f->acts);
    sparse_net_input_deinit(&f->x);
    free(f->block);
    free(f->gradient);
    free(f);
    return 0;
}

/* The same units are dropped every time: the generator begins anew. */
static double loss(Fixture *f, SparseDropout dropout) {
    double sum = 0;
    rng_seed(&f->rng, 9);
    const float *y = sparse_net_forward(f->block, f->acts, &f->x, ROWS, dropout);
    for (int i = 0; i < ROWS * OUT; i++) sum += (double)(f->weight[i] * y[i]);
    return sum;
}

static void check_gradient(Fixture *f, SparseDropout dropout) {
    memset(f->gradient, 0, f->size * sizeof *f->gradient);
    loss(f, dropout);
    sparse_net_backward(f->gradient, f->block, f->acts, f->weight, &f->x, ROWS, dropout);
    double length = 0;
    for (size_t i = 0; i < f->size; i++) {
        const float step = 1e-3f, kept = f->block[i], expected = f->gradient[i];
        f->block[i] = kept + step;
        double slope = loss(f, dropout);
        f->block[i] = kept - step;
        slope = (slope - loss(f, dropout)) / (2 * (double)step);
        f->block[i] = kept;
        length += (double)(expected * expected);
        if (fabs(slope - (double)expected) > 5e-3 + 2e-2 * fabs(slope))
            fail_msg("parameter %zu: backward says %.5f, differences say %.5f", i, (double)expected, slope);
    }
    assert_true(length > 1e-2);
}

static void test_the_gradient_is_that_of_the_output(void **state) {
    check_gradient(*state, (SparseDropout){0});
}

static void test_the_gradient_holds_while_units_are_dropped(void **state) {
    Fixture *f = *state;
    check_gradient(f, (SparseDropout){.input = 0.2f, .hidden = 0.4f, .rng = &f->rng});
}

static void test_rows_do_not_touch_each_other(void **state) {
    Fixture *f = *state;
    float alone[OUT], y[ROWS * OUT];
    memcpy(y, sparse_net_forward(f->block, f->acts, &f->x, ROWS, (SparseDropout){0}), sizeof y);
    int first[2] = {0, f->x.first[4] - f->x.first[3]};
    SparseInput one = {.index = f->x.index + f->x.first[3], .first = first, .rows = 1, .row = ON};
    memcpy(alone, sparse_net_forward(f->block, f->acts, &one, 1, (SparseDropout){0}), sizeof alone);
    for (int i = 0; i < OUT; i++) assert_float_equal(alone[i], y[3 * OUT + i], 1e-5);
}

static void test_parameters_tile_the_block(void **state) {
    Fixture *f = *state;
    ModelTensor tensor[16];
    const int count = sparse_net_tensors(&f->config, "form", tensor, 16);
    size_t at = 0;
    assert_int_equal(count, sparse_net_tensors(&f->config, "form", NULL, 0));
    assert_string_equal(tensor[0].name, "form.table");
    assert_int_equal(tensor[0].shape[0], IN);
    for (int i = 0; i < count; i++) {
        assert_int_equal(tensor[i].offset, at);
        at += tensor[i].size;
    }
    assert_int_equal(at, f->size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_gradient_is_that_of_the_output, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_gradient_holds_while_units_are_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_do_not_touch_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_parameters_tile_the_block, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
