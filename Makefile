# refrain: make help prints the menu.
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# MODE picks flags and the build folder: release (default), debug, asan, tsan.
MODE ?= release
ARCH ?= native
BUILD := build/$(MODE)
CC := gcc
WERROR ?= -Werror

PACKAGES := ncursesw jansson sndfile fluidsynth smf zlib alsa
CFLAGS_release := -O2 -g
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_tsan := -O1 -g -fsanitize=thread
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 $(WERROR)
CFLAGS := -std=c11 -D_GNU_SOURCE -I. $(CFLAGS_$(MODE)) $(WARNINGS) -pthread -MMD -MP $(EXTRA_CFLAGS)
PACKAGE_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) | sed 's/-I/-isystem /g')
LDLIBS = $(shell pkg-config --libs $(PACKAGES)) -lportmidi -lopenblas -linih -lm -pthread
# The mathematics is compiled for the machine it is built on; ARCH=x86-64-v2 makes portable packages.
LAYER_FLAGS := -O3 -march=$(ARCH) -ffast-math -fno-finite-math-only -DNDEBUG

SOURCES := $(wildcard engine/*.c engine/base/*.c engine/nn/*.c ui/*.c midi_io/*.c app/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/librefrain.a
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
TEST_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))

all: $(BUILD)/refrain

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PACKAGE_CFLAGS) $(FILE_FLAGS) -c $< -o $@

$(BUILD)/engine/nn/layers.o: FILE_FLAGS := $(LAYER_FLAGS)

$(LIBRARY): $(filter-out $(BUILD)/app/main.o,$(OBJECTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/refrain: $(BUILD)/app/main.o $(LIBRARY)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(TEST_SUPPORT) $(LIBRARY)
	$(CC) $(CFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

test: $(TESTS)
	@failed=0; for t in $(TESTS); do $$t || failed=1; done; exit $$failed

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(TESTS:=.d)
.PHONY: all test clean
.SECONDARY:
