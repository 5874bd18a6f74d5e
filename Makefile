# refrain: "make help" prints the menu.
VERSION := 0.2.0
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy
# MODE picks the flags and the build folder: release, debug, asan, tsan, coverage or fuzz. CC may be gcc or clang.
MODE ?= release
ifeq ($(filter asan tsan fuzz coverage,$(MODE)),)
WERROR ?= -Werror
else
WERROR ?= # instrumented code makes compilers warn of ghosts
endif
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
ifeq ($(origin CC),default)
CC := gcc
endif
# The mathematics is compiled for the machine it is built on. What is given away, or built for another machine, runs from the oldest
# processor on that is named here; ARCH=.. names another one, and an empty ARCH leaves it to the compiler.
HERE := $(shell uname -m)
# Where there is no compiler yet, "make run" installs one for this machine.
TARGET := $(or $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null))),$(HERE))
OLDEST_x86_64 := x86-64-v2
OLDEST_aarch64 := armv8-a
OLDEST_i686 := i686
ARCH ?= $(if $(filter $(TARGET),$(HERE)),$(if $(OLDEST_$(TARGET)),native),$(OLDEST_$(TARGET)))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += --jobs=$(JOBS)
endif

BUILD := build/$(MODE)

CFLAGS_release := -O2 -g
CFLAGS_package := $(CFLAGS_release)
CFLAGS_debug := -O0 -g3
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_coverage := -O1 -g --coverage -fprofile-update=atomic
CFLAGS_fuzz := $(CFLAGS_asan) -fsanitize=fuzzer-no-link
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 $(WERROR)
# CFLAGS, CPPFLAGS and LDFLAGS of the environment or the command line come after the program's own.
BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -I. $(CFLAGS_$(MODE)) $(WARNINGS) -pthread $(EXTRA_CFLAGS)
COMPILE := $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LINK := $(COMPILE) $(LDFLAGS)
PACKAGES := ncursesw jansson sndfile fluidsynth smf zlib alsa uchardet libxml-2.0 libzip
LDLIBS := -lportmidi -lopenblas -linih -lm -pthread
LAYER_FLAGS := -O3 $(addprefix -march=,$(ARCH)) -ffast-math -fno-finite-math-only -DNDEBUG
# The engine is the library's too, which may become part of a plug-in.
ENGINE_FLAGS := -fPIC -fvisibility=hidden
FAILING_ALLOC := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=posix_memalign,--wrap=strdup

SOURCES := $(sort $(wildcard engine/*.c engine/*/*.c ui/*.c midi_io/*.c app/*.c app/*/*.c))
LIBRARY := $(BUILD)/rooms.a
PUBLIC_LIBRARY := $(BUILD)/librefrain.a
SUPPORT := $(BUILD)/tests/libsupport.a
LIBRARY_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out app/main.c,$(SOURCES)))
SUPPORT_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/test_*.c)))
BENCHES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/bench_*.c)))
ALSA_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/alsa/*.c))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz_*.c)))
TEXTS := $(addprefix $(BUILD)/texts/,refrain.1 refrain.bash _refrain)
PKG_CONFIG_FILE := $(BUILD)/texts/refrain.pc

all: $(BUILD)/refrain ## build the program: build/release/refrain

ARGS = assets/demo/ode-to-joy.mid assets/demo/twinkle.mid
run: all ## install what is missing, build, open the composer (ARGS="original.mid context.mid")
	@$(BUILD)/refrain $(ARGS)

test: all $(TESTS) $(BUILD)/tests/tool_resave $(BUILD)/tests/tool_scores ## install what is missing, build, run every test
	@tests/run.sh $(BUILD) $(TESTS)

unit: $(TESTS) ## only the C tests, in this MODE
	@tests/run.sh --unit $(BUILD) $(TESTS)

asan: ## the C tests and the terminal scripts under AddressSanitizer and UndefinedBehaviorSanitizer
	@TEST_SECONDS=900 WAIT=60 $(MAKE) MODE=asan unit-and-terminal

tsan: ## the same under ThreadSanitizer
	@TEST_SECONDS=900 WAIT=60 $(MAKE) MODE=tsan unit-and-terminal

unit-and-terminal: all $(TESTS)
	@tests/run.sh --terminal $(BUILD) $(TESTS)

# What a test kills may leave counts that the next process cannot add to: it says so in a file, not where tests look.
coverage: ## how much of each room the tests reach, with a floor for each
	@mkdir -p build/coverage
	@TEST_SECONDS=900 WAIT=60 GCOV_ERROR_FILE=$(CURDIR)/build/coverage/gcov.errors $(MAKE) MODE=coverage coverage-run

coverage-run: all $(TESTS) $(BUILD)/tests/tool_resave $(BUILD)/tests/tool_scores
	@find $(BUILD) -name '*.gcda' -delete
	@tests/run.sh $(BUILD) $(TESTS)
	@tests/coverage.sh $(BUILD)

SECONDS := 60
fuzz: ## every reader of bytes, SECONDS=60 each (clang's libFuzzer)
	@assets/install-dependencies.sh build fuzz
	@$(MAKE) MODE=fuzz CC=clang fuzzers
	@tests/fuzz.sh build/fuzz $(SECONDS)

SOAK := 1800
torture: all $(BUILD)/tests/tool_torture ## what takes too long for the gate: kills, full disks, random keys, no memory, valgrind, SOAK=1800 seconds
	@$(MAKE) MODE=asan build/asan/tests/tool_torture build/asan/tests/test_failing_alloc
	@$(MAKE) ARCH=x86-64-v2 BUILD=build/x86-64-v2 build/x86-64-v2/refrain
	@tests/torture.sh $(SOAK)

test-alsa: all $(ALSA_PROGRAMS) ## the player against a real ALSA sequencer, in a small virtual machine where need be (ONLY="steady stop")
	@tests/alsa/run.sh $(BUILD) $(ONLY)

bench: all $(BENCHES) ## print speeds: training, latency, screen, against the machine's own limits
	@for b in $(BENCHES); do $$b || exit 1; done

parity: $(BENCHES) ## refrain and PyTorch side by side (needs python3-torch)
	@tests/parity/parity.sh $(BUILD)

# CORPUS: a folder of melodies, *.train.tsv.gz and *.valid.tsv.gz; FILES: one of MIDI files (tests/figures.sh says more).
figures: all ## print every figure that README and assets/doc state (CORPUS=.. FILES=.. ONLY="melodies speed")
	@tests/figures.sh $(BUILD) "$(CORPUS)" "$(FILES)" $(ONLY)

MPI_PROGRAM := $(BUILD)/refrain-mpi
mpi: $(MPI_PROGRAM) ## refrain for training in several processes (Open MPI): mpirun -n 8 build/release/refrain-mpi train ..

scaling: all $(MPI_PROGRAM) ## what training costs on more cores, from what this machine measures (CORPUS=..)
	@tests/scaling.py $(BUILD)/refrain $(MPI_PROGRAM) "$(CORPUS)"

architecture: ## draw the rooms and who includes whom: assets/doc/architecture.svg
	@tests/architecture.py assets/doc/architecture.svg

demo: $(BUILD)/tests/tool_demo ## write assets/demo/*.mid anew from assets/demo/melodies.txt
	$< assets/demo/melodies.txt assets/demo

lint: all ## warnings as errors with gcc and clang, layout, walls, arrows, names, callers, lengths, words
	@CFLAGS='$(BASE_CFLAGS)' JOBS=$(JOBS) BUILD=$(BUILD) tests/lint.sh $(STEPS)

lint-test: all ## does lint complain when a rule is broken?
	@tests/test_lint.sh $(BUILD)

hooks: ## let git lay out and check what is about to be committed
	git config core.hooksPath .ci/hooks

compile_commands: | build/packages ## write compile_commands.json, by which editors understand the source
	@{ printf '['; for f in $(SOURCES) $(wildcard tests/*.c tests/support/*.c); do \
	    printf '%s\n{"directory": "%s", "file": "%s", "command": "%s"}' "$$comma" "$(CURDIR)" "$$f" \
	        "$(CC) $(BASE_CFLAGS) $$(cat build/packages.cflags) -DREFRAIN_VERSION=0 -c $$f"; comma=,; done; \
	    printf '\n]\n'; } >compile_commands.json

fmt: ## lay the source out as .clang-format says
	clang-format -i $(shell find app engine ui midi_io tests -name '*.[ch]' 2>/dev/null)

install: all $(TEXTS) $(PUBLIC_LIBRARY) $(PKG_CONFIG_FILE) ## put program, manual, completions, model, demo melodies and library under PREFIX (and DESTDIR)
	@for row in $(INSTALLED); do file=$${row%%:*} place=$${row##*:} mode=$${row#*:}; \
	    install -Dm$${mode%:*} "$$file" "$(DESTDIR)$(PREFIX)/$$place" || exit 1; done

uninstall: ## remove what install has put there
	@for row in $(INSTALLED); do rm -f "$(DESTDIR)$(PREFIX)/$${row##*:}" || exit 1; done
	@for folder in share/refrain/demo share/refrain; do rmdir "$(DESTDIR)$(PREFIX)/$$folder" 2>/dev/null || true; done

deb: ## Debian packages, build/refrain_VERSION-1_ARCHITECTURE.deb and librefrain-dev
	+@ARCH=$(if $(filter command,$(origin ARCH)),$(ARCH),$(OLDEST_$(TARGET))) assets/package/deb.sh build $(VERSION)

dist: ## a source archive of the last commit
	@mkdir -p build
	git archive --prefix=refrain-$(VERSION)/ -o build/refrain-$(VERSION).tar.gz HEAD

distcheck: dist ## unpack that archive, build it, run its tests, install it and remove it again
	@assets/package/distcheck.sh build/refrain-$(VERSION).tar.gz

clean: ## remove everything that was built
	rm -rf build

setup: ## install the Debian packages that building, testing and lint need
	@assets/install-dependencies.sh build test lint

help: ## this menu
	@awk -F ':.*## ' '/^[a-z_-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

# What install puts down, as file:mode:place below PREFIX; uninstall removes the same.
DATA := $(wildcard assets/*.safetensors assets/demo/*.mid assets/config.example)
INSTALLED = $(BUILD)/refrain:755:bin/refrain $(foreach f,$(DATA),$(f):644:share/refrain/$(f:assets/%=%)) \
    $(BUILD)/texts/refrain.1:644:share/man/man1/refrain.1 \
    $(BUILD)/texts/refrain.bash:644:share/bash-completion/completions/refrain \
    $(BUILD)/texts/_refrain:644:share/zsh/site-functions/_refrain \
    assets/package/refrain.desktop:644:share/applications/refrain.desktop \
    assets/package/refrain.svg:644:share/icons/hicolor/scalable/apps/refrain.svg \
    engine/refrain.h:644:include/refrain.h $(PUBLIC_LIBRARY):644:lib/librefrain.a \
    $(PKG_CONFIG_FILE):644:lib/pkgconfig/refrain.pc

# The program prints its own manual and completions. Where CC builds for another machine, PRINTER names a refrain that runs here.
PRINTER = $(BUILD)/refrain
$(TEXTS): $(BUILD)/refrain
	@mkdir -p $(@D)
	@[ "$(PRINTER)" != "$(BUILD)/refrain" ] || [ "$(TARGET)" = "$(HERE)" ] || \
	    { echo "This builds for another machine: PRINTER=PATH names a refrain that runs here and prints the manual." >&2; exit 1; }
	@"$(PRINTER)" help $(if $(filter %.1,$@),--man,--completion $(if $(filter %.bash,$@),bash,zsh)) >$@

# Nothing is compiled before the libraries are there; "run" and "test" install them first.
ifneq ($(filter run test setup,$(MAKECMDGOALS)),)
build/packages: | setup
endif
build/packages: Makefile
	@$(PKG_CONFIG) --exists $(PACKAGES) || { echo "Libraries are missing: 'make setup' installs them." >&2; exit 1; }
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --cflags $(PACKAGES) | sed 's/-I/-isystem /g' >$@.cflags
	@$(PKG_CONFIG) --libs $(PACKAGES) >$@.libs
	@touch $@

# V=1 shows the commands.
ifeq ($(V),1)
say = $(2)
else
say = @echo "  $(1) $@"; $(2)
endif

# Other flags or another compiler mean that everything is built again.
FLAGS_NOW := $(CC) $(LINK) $(ENGINE_FLAGS) $(LAYER_FLAGS) $(VERSION)
ifneq ($(shell cat $(BUILD)/flags 2>/dev/null),$(FLAGS_NOW))
.PHONY: $(BUILD)/flags
endif
$(BUILD)/flags:
	@mkdir -p $(@D)
	@printf '%s\n' '$(FLAGS_NOW)' >$@

$(BUILD)/engine/nn/layers.o $(BUILD)/engine/nn/attention.o $(BUILD)/engine/nn/small_gemm.o $(BUILD)/engine/nn/adam.o \
    $(BUILD)/engine/nn/sparse_net.o: FILE_FLAGS := $(LAYER_FLAGS)
$(BUILD)/engine/%.o: ROOM_FLAGS := $(ENGINE_FLAGS)
$(BUILD)/app/%.o: FILE_FLAGS := -DREFRAIN_VERSION='"$(VERSION)"'
$(BUILD)/tests/test_failing_alloc: private WRAPPED := $(FAILING_ALLOC)

$(BUILD)/%.o: %.c $(BUILD)/flags | build/packages
	@mkdir -p $(@D)
	$(call say,cc  ,$(CC) $(COMPILE) @build/packages.cflags $(ROOM_FLAGS) $(FILE_FLAGS) -MMD -MP -c $< -o $@)

$(LIBRARY): $(LIBRARY_OBJECTS)
	@rm -f $@; $(AR) rcs $@ $^

# What refrain.h reaches, as one object that exports nothing else.
WHOLE := -r -nostdlib -Wno-unused-command-line-argument $(if $(findstring -flto,$(CFLAGS)),-flinker-output=nolto-rel)
$(PUBLIC_LIBRARY): $(BUILD)/engine/refrain.o $(LIBRARY)
	$(call say,link,$(CC) $(COMPILE) $(WHOLE) -o $(@:.a=.o) $^)
	@$(OBJCOPY) --wildcard --keep-global-symbol='refrain_*' $(@:.a=.o)
	@rm -f $@; $(AR) rcs $@ $(@:.a=.o)

$(PKG_CONFIG_FILE): assets/package/refrain.pc.in $(BUILD)/flags
	@mkdir -p $(@D)
	@sed 's/@VERSION@/$(VERSION)/' $< >$@

$(SUPPORT): $(SUPPORT_OBJECTS)
	@mkdir -p $(@D); rm -f $@; $(AR) rcs $@ $^

$(BUILD)/refrain: $(BUILD)/app/main.o $(LIBRARY)
	$(call say,link,$(CC) $(LINK) $(WRAPPED) -o $@ $^ @build/packages.libs $(LDLIBS))

# Only this one is linked with Open MPI.
$(BUILD)/app/verbs/open_mpi_joined.o: app/verbs/open_mpi.c $(BUILD)/flags | build/packages
	@$(PKG_CONFIG) --exists ompi-c || { echo "Open MPI is missing: assets/install-dependencies.sh mpi" >&2; exit 1; }
	$(call say,cc  ,$(CC) $(COMPILE) $(subst -I/,-isystem /,$(shell $(PKG_CONFIG) --cflags ompi-c)) -DREFRAIN_MPI -MMD -MP -c $< -o $@)

$(MPI_PROGRAM): $(BUILD)/app/main.o $(BUILD)/app/verbs/open_mpi_joined.o $(LIBRARY)
	$(call say,link,$(CC) $(LINK) -o $@ $^ @build/packages.libs $(LDLIBS) $(shell $(PKG_CONFIG) --libs ompi-c))

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(SUPPORT) $(LIBRARY)
	$(call say,link,$(CC) $(LINK) $(WRAPPED) -o $@ $^ -lcmocka @build/packages.libs $(LDLIBS))

$(BUILD)/tests/alsa/%: $(BUILD)/tests/alsa/%.o $(BUILD)/tests/support/onsets.o $(LIBRARY)
	$(call say,link,$(CC) $(LINK) $(WRAPPED) -o $@ $^ @build/packages.libs $(LDLIBS))

$(BUILD)/tests/bench_%: $(BUILD)/tests/bench_%.o $(SUPPORT) $(LIBRARY)
	$(call say,link,$(CC) $(LINK) $(WRAPPED) -o $@ $^ -lcmocka @build/packages.libs $(LDLIBS))

$(BUILD)/tests/tool_%: $(BUILD)/tests/tool_%.o $(SUPPORT) $(LIBRARY)
	$(call say,link,$(CC) $(LINK) $(WRAPPED) -o $@ $^ -lcmocka @build/packages.libs $(LDLIBS))

$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz_%.o $(LIBRARY)
	$(call say,link,$(CC) $(LINK) -fsanitize=fuzzer -o $@ $^ @build/packages.libs $(LDLIBS))

fuzzers: $(FUZZERS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all run deb test torture test-alsa unit unit-and-terminal asan tsan coverage coverage-run fuzz fuzzers bench parity mpi scaling figures architecture distcheck demo lint lint-test hooks compile_commands fmt install uninstall dist clean setup help
