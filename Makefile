# caulk: `make help` lists what can be made. Every object ends up below $(BUILD);
# a sanitizer build is the same Makefile with another folder:
#   make BUILD=build/asan SANITIZE=address,undefined unit
# and CHECKED=1 gives a tracker in build/checked that compares every stack it remembers with a walk.

CHECKED  ?=
BUILD    ?= build$(if $(CHECKED),/checked)
SANITIZE ?=
PREFIX   ?= /usr/local
LIBDIR   ?= $(PREFIX)/lib
DESTDIR  ?=

# Of this version, and what manual pages say; nothing that is made has the time of its making in it.
VERSION := 0.1.0
DATE    := 2026-11-26
export SOURCE_DATE_EPOCH ?= $(shell date -ud $(DATE) +%s)

CFLAGS   ?= -O2 -g
CXXFLAGS ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Werror=implicit
CPPFLAGS += -I. -D_GNU_SOURCE -DCAULK_VERSION='"$(VERSION)"' -MMD -MP
# Debug information names files from the root on, so that builds in two places are the same.
PLACE    := -ffile-prefix-map=$(CURDIR)=.
BASE     := -std=gnu11 $(WARN) $(PLACE) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
LDFLAGS  += $(if $(SANITIZE),-fsanitize=$(SANITIZE))

# The tracker is preloaded into foreign programs: initial-exec TLS, nothing exported but what hooks
# declare, no lazy binding inside a signal handler, and never instrumented.
PRELOAD_FLAGS := -std=gnu11 $(WARN) $(PLACE) -fPIC -fvisibility=hidden -ftls-model=initial-exec \
                 -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free
PRELOAD_LINK  := -shared -Wl,-z,defs,-z,now,-z,relro,-z,initfirst,-soname,libcaulk.so,--version-script=preload/exports.map

# hooks_*.c define the symbols that replace the program's; unit tests link everything else.
PRELOAD_SRC := $(sort $(wildcard preload/*.c))
HOOK_SRC    := $(filter preload/hooks_%,$(PRELOAD_SRC))
LIB_SRC     := $(sort $(wildcard libcaulk/*.c))
CLI_SRC     := $(sort $(wildcard cli/*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
UNIT_SRC    := $(sort $(wildcard tests/unit/*_test.c))
SAMPLE_SRC  := $(sort $(wildcard samples/*.c samples/*.cpp))
GLIB_SRC    := $(if $(shell pkg-config --exists gobject-2.0 2>/dev/null && echo yes),$(wildcard samples/glib/*.c))
PLUGIN_SRC  := $(sort $(wildcard samples/plugins/*.c))
LEAKYD_SRC  := $(filter-out samples/leakyd/client.c,$(sort $(wildcard samples/leakyd/*.c)))
PROGRAM_SRC := $(sort $(wildcard tests/e2e/programs/*.c tests/e2e/programs/*.cpp))

comma       := ,
object       = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
PRELOAD_OBJ := $(call object,$(PRELOAD_SRC))
LIB_OBJ     := $(call object,$(LIB_SRC))
CLI_OBJ     := $(call object,$(CLI_SRC))
SUPPORT_OBJ := $(call object,$(SUPPORT_SRC))
UNIT_BIN    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
SAMPLE_BIN  := $(patsubst samples/%,$(BUILD)/samples/%,$(basename $(SAMPLE_SRC))) \
               $(patsubst samples/glib/%.c,$(BUILD)/samples/%,$(GLIB_SRC)) \
               $(patsubst samples/plugins/%.c,$(BUILD)/samples/%.so,$(PLUGIN_SRC))
LEAKYD_OBJ  := $(patsubst %.c,$(BUILD)/obj/%.o,$(LEAKYD_SRC))
DAEMON_BIN  := $(if $(LEAKYD_SRC),$(BUILD)/samples/leakyd $(BUILD)/samples/leakyd-client)
FAULT_BIN   := $(patsubst tests/fault/%.c,$(BUILD)/fault/%.so,$(wildcard tests/fault/*.c))
PROGRAM_BIN := $(patsubst tests/e2e/programs/%,$(BUILD)/e2e/%,$(basename $(PROGRAM_SRC))) \
               $(patsubst tests/e2e/tools/%.c,$(BUILD)/e2e/tools/%,$(wildcard tests/e2e/tools/*.c))
BENCH_BIN   := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/programs/*.c))
BENCH_TOOL  := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/*.c))

LIB_LIBS := -ldw -lelf -lgvc -lcgraph -liberty
CLI_LIBS := $(LIB_LIBS) -lyajl -lprotobuf-c -lz -lxml2 -lsqlite3 -lm

.PHONY: all samples tests sanitized-tests unit damage fuzz oracle checked e2e lint check check-daemons check-vm bench demo deps install uninstall deb repro clean help
.SECONDARY:

# Made from the table of all options that build/caulk prints: see cli/share/table.sh.
SHARE := $(BUILD)/share
SCDOC := $(shell command -v scdoc 2>/dev/null)
MADE  := $(SHARE)/completions/made $(if $(SCDOC),$(SHARE)/man/made)

all: $(BUILD)/libcaulk.so $(BUILD)/caulk $(MADE) ## build the tracker and the command line

CHECK_OBJ  := $(if $(CHECKED),$(call object,$(wildcard tests/oracle/checked/*.c)))
CHECK_LINK := $(if $(CHECKED),-Wl$(comma)--wrap=capture_site)

$(BUILD)/libcaulk.so: $(PRELOAD_OBJ) $(CHECK_OBJ) preload/exports.map
	$(CC) $(PRELOAD_LINK) $(CHECK_LINK) -o $@ $(filter %.o,$^)

# Objects of executables, which no test links.
CLI_OWN := %/main.o %/dump_main.o %/allocator.o

$(BUILD)/caulk: $(BUILD)/obj/cli/main.o $(if $(SANITIZE),,$(BUILD)/obj/cli/allocator.o) $(BUILD)/cli.a $(BUILD)/libcaulk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(CLI_LIBS)

$(SHARE)/options.table: $(BUILD)/caulk cli/share/table.sh
	@mkdir -p $(@D)
	cli/share/table.sh $< >$@.new && mv $@.new $@

$(SHARE)/completions/made: $(SHARE)/options.table cli/share/completions.sh $(wildcard cli/share/completion/*)
	cli/share/completions.sh $< $(@D)
	@touch $@

$(SHARE)/man/made: $(SHARE)/options.table cli/share/pages.sh cli/share/page.awk $(wildcard cli/share/pages/*) \
                   preload/caulk.h libcaulk/dump_format.h
	cli/share/pages.sh $< $(VERSION) $(@D)
	@touch $@

# `caulk dump` alone, without any shared library; made where the static ones of libc and yajl are.
STATIC_FOUND := $(filter /%,$(foreach library,libc.a libyajl_s.a,$(shell $(CC) -print-file-name=$(library))))
STATIC_BIN   := $(if $(filter 2,$(words $(STATIC_FOUND))),$(BUILD)/caulk-dump)

$(BUILD)/caulk-dump: $(BUILD)/obj/cli/dump_main.o $(BUILD)/cli.a $(BUILD)/libcaulk.a
	$(CC) $(LDFLAGS) -static -o $@ $^ -lyajl_s -lm

$(BUILD)/libcaulk.a: $(LIB_OBJ)
	rm -f $@ && ar rcD $@ $^

# pprof's messages, as C made from cli/profile.proto.
PROFILE := $(BUILD)/made/cli/profile.pb-c

$(PROFILE).c $(PROFILE).h &: cli/profile.proto
	@mkdir -p $(BUILD)/made
	protoc-c --c_out=$(BUILD)/made $<

PPROF_OBJ := $(BUILD)/obj/cli/export_pprof.o $(BUILD)/fuzz/obj/cli/export_pprof.o
$(PPROF_OBJ): $(PROFILE).h
$(PPROF_OBJ): CPPFLAGS += -I$(BUILD)/made

# The report's style sheet and script, and their names in its Content-Security-Policy.
REPORT_HASH := $(BUILD)/made/cli/report.css.hash $(BUILD)/made/cli/report.js.hash
REPORT_OBJ  := $(BUILD)/obj/cli/report_files.o $(BUILD)/fuzz/obj/cli/report_files.o

$(REPORT_HASH): $(BUILD)/made/cli/%.hash: cli/report/%
	@mkdir -p $(@D)
	printf 'sha256-%s' "$$(sha256sum <$< | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64)" >$@

$(REPORT_OBJ): $(REPORT_HASH) cli/report/report.css cli/report/report.js
$(REPORT_OBJ): CPPFLAGS += -Wa,-I,$(BUILD)/made
$(BUILD)/obj/cli/xml.o $(BUILD)/fuzz/obj/cli/xml.o: CPPFLAGS += $(shell xml2-config --cflags)

$(PROFILE).o: $(PROFILE).c
	$(CC) $(CPPFLAGS) -I$(BUILD)/made $(CFLAGS) $(PLACE) -c -o $@ $<

$(BUILD)/cli.a: $(filter-out $(CLI_OWN),$(CLI_OBJ)) $(PROFILE).o
	rm -f $@ && ar rcD $@ $^

$(BUILD)/preload.a: $(filter-out $(call object,$(HOOK_SRC)),$(PRELOAD_OBJ))
	rm -f $@ && ar rcD $@ $^

$(BUILD)/support.a: $(SUPPORT_OBJ)
	rm -f $@ && ar rcD $@ $^

$(BUILD)/obj/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PRELOAD_FLAGS) -c -o $@ $<

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(BASE) -c -o $@ $<

$(BUILD)/tests/%_test: $(BUILD)/obj/tests/unit/%_test.o $(BUILD)/support.a $(BUILD)/cli.a $(BUILD)/libcaulk.a $(BUILD)/preload.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(CLI_LIBS)

# Tests of failing allocations name these flags; see tests/support/allocation.h.
ALLOCATION_WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=strdup
$(BUILD)/tests/dump_memory_test: LDFLAGS += $(ALLOCATION_WRAP)

# Tests that run commands within themselves: see tests/support/command_run.h.
COMMAND_WRAP := -Wl,--wrap=exit

DAMAGE     ?= 6
DAMAGE_BIN := $(BUILD)/damage $(BUILD)/damage_module
DAMAGE_OBJ := $(call object,$(filter-out %main.c,$(sort $(wildcard tests/damage/*.c))))

$(BUILD)/damage: $(BUILD)/obj/tests/damage/main.o
$(BUILD)/damage_module: $(BUILD)/obj/tests/damage/module_main.o
$(DAMAGE_BIN): $(DAMAGE_OBJ) $(BUILD)/support.a $(BUILD)/cli.a $(BUILD)/libcaulk.a
	$(CC) $(LDFLAGS) $(COMMAND_WRAP) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(CLI_LIBS)

DAMAGE_NEEDS := $(DAMAGE_BIN) $(BUILD)/libcaulk.so $(BUILD)/caulk \
                $(addprefix $(BUILD)/samples/,refcount_cycle caulk_label) $(BUILD)/e2e/labelled_members

damage: $(DAMAGE_NEEDS) ## every command on damaged dumps; DAMAGE=0 tries all there is
	@BUILD=$(BUILD) tests/damage/run.sh $(DAMAGE)

# A sample must lose its blocks the way its source says: see samples/sample.h.
SAMPLE_FLAGS := -I. -MMD -MP -D_GNU_SOURCE -Wall -Wextra -O0 -g

$(BUILD)/samples/%.so: samples/plugins/%.c
	@mkdir -p $(@D)
	$(CC) $(SAMPLE_FLAGS) -std=gnu11 -shared -fPIC -o $@ $<

$(BUILD)/samples/gobject_%: samples/glib/gobject_%.c
	@mkdir -p $(@D)
	$(CC) $(SAMPLE_FLAGS) -std=gnu11 -o $@ $< $(shell pkg-config --cflags --libs gobject-2.0)

$(BUILD)/samples/leakyd: $(LEAKYD_OBJ)
	@mkdir -p $(@D)
	$(CC) -o $@ $^

$(BUILD)/samples/leakyd-client: $(BUILD)/obj/samples/leakyd/client.o
	@mkdir -p $(@D)
	$(CC) -o $@ $^

$(BUILD)/obj/samples/leakyd/%.o: samples/leakyd/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -std=gnu11 $(WARN) -c -o $@ $<

$(BUILD)/samples/%: samples/%.c
	@mkdir -p $(@D)
	$(CC) $(SAMPLE_FLAGS) -std=gnu11 -o $@ $< -lpthread -Wl,-rpath,'$$ORIGIN'

$(BUILD)/samples/%: samples/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(SAMPLE_FLAGS) -std=c++17 -o $@ $<

$(BUILD)/e2e/%: tests/e2e/programs/%.c
	@mkdir -p $(@D)
	$(CC) $(SAMPLE_FLAGS) -std=gnu11 -o $@ $< -lpthread $(PROGRAM_LIBS)

$(BUILD)/e2e/%: tests/e2e/programs/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(SAMPLE_FLAGS) -std=c++17 -o $@ $< -lpthread

$(BUILD)/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -g -shared -fPIC -o $@ $<

$(BUILD)/e2e/tools/%: $(BUILD)/obj/tests/e2e/tools/%.o $(BUILD)/libcaulk.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(BUILD)/e2e/with_jemalloc: PROGRAM_LIBS := -ljemalloc
$(BUILD)/e2e/named: PROGRAM_LIBS := -rdynamic
$(BUILD)/e2e/static_program: PROGRAM_LIBS := -static

samples: $(SAMPLE_BIN) $(DAEMON_BIN) ## build the sample programs, one leak shape each

unit: $(UNIT_BIN) ## build and run the unit tests
	@tests/unit/run.sh $^

$(BUILD)/bench/programs/%: tests/bench/programs/%.c
	@mkdir -p $(@D)
	$(CC) -I. -D_GNU_SOURCE -MMD -MP -std=gnu11 $(WARN) -O2 -g -fomit-frame-pointer -o $@ $< -lpthread

$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/support.a $(BUILD)/libcaulk.a $(BUILD)/preload.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

# Fuzz targets are built by clang from source: what is under test has to be instrumented.
FUZZ_SECONDS ?= 60
FUZZ_FLAGS   := -gline-tables-only -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_BIN     := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz_object   = $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,$(1))
FUZZ_OBJ     := $(filter-out $(CLI_OWN),$(call fuzz_object,$(LIB_SRC) $(CLI_SRC) $(SUPPORT_SRC) \
                     $(addprefix preload/,options.c signal_names.c plain_text.c)))

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	clang $(CPPFLAGS) -std=gnu11 $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$(BUILD)/fuzz/tested.a: $(FUZZ_OBJ) $(PROFILE).o
	rm -f $@ && ar rcD $@ $^

$(BUILD)/fuzz/%_fuzz: $(BUILD)/fuzz/obj/tests/fuzz/%_fuzz.o $(BUILD)/fuzz/tested.a
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer $(COMMAND_WRAP) -o $@ $^ $(CLI_LIBS)

$(BUILD)/fuzz/make_corpus: $(BUILD)/obj/tests/fuzz/make_corpus.o $(BUILD)/support.a $(BUILD)/libcaulk.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(CLI_LIBS)

FUZZ_NEEDS := $(FUZZ_BIN) $(BUILD)/fuzz/make_corpus

fuzz: $(FUZZ_NEEDS) ## fuzz all that reads foreign bytes for FUZZ_SECONDS
	@BUILD=$(BUILD) tests/fuzz/run.sh $(FUZZ_SECONDS)

E2E_NEEDS := all samples $(PROGRAM_BIN) $(FAULT_BIN) $(BUILD)/bench/make_dump $(STATIC_BIN)

e2e: $(E2E_NEEDS) ## run the end-to-end tests, or those that E2E names
	@BUILD=$(BUILD) tests/e2e/run.sh $(E2E)

# The oracle compares captured stacks with libunwind's, in programs that it is preloaded into.
ORACLE_OBJ     := $(call object,$(wildcard tests/oracle/*.c))
ORACLE_PROGRAM := $(addprefix $(BUILD)/oracle/,corners corners_cet interruptions interruptions_cet exceptions frame_small.so frame_large.so)

$(BUILD)/obj/tests/oracle/%.o: tests/oracle/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PRELOAD_FLAGS) -c -o $@ $<

$(BUILD)/oracle.so: $(ORACLE_OBJ) $(BUILD)/preload.a
	$(CC) -shared -Wl,-z,defs -o $@ $^ -lunwind

$(BUILD)/oracle/%.so: tests/oracle/modules/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) -O1 -g -shared -fPIC -o $@ $<

$(BUILD)/oracle/%: tests/oracle/programs/%.c
	@mkdir -p $(@D)
	$(CC) -I. -D_GNU_SOURCE -MMD -MP -std=gnu11 $(WARN) -O2 -g -o $@ $< -lpthread

# With endbr64 where indirect branches may lead, and linkage stubs in two sections.
$(BUILD)/oracle/%_cet: tests/oracle/programs/%.c
	@mkdir -p $(@D)
	$(CC) -I. -D_GNU_SOURCE -MMD -MP -std=gnu11 $(WARN) -O2 -g -fcf-protection=full -Wl,-z,ibtplt -o $@ $< -lpthread

$(BUILD)/oracle/%: tests/oracle/programs/%.cpp
	@mkdir -p $(@D)
	$(CXX) -MMD -MP -std=c++17 -Wall -Wextra -O2 -g -o $@ $<

ORACLE_NEEDS := $(BUILD)/oracle.so $(ORACLE_PROGRAM)

oracle: $(ORACLE_NEEDS) ## compare captured stacks with libunwind's, frame by frame
	@BUILD=$(BUILD) tests/oracle/run.sh

checked: $(ORACLE_PROGRAM) ## run programs under a tracker that checks every stack
	@$(MAKE) --no-print-directory CHECKED=1 BUILD=$(BUILD)/checked $(BUILD)/checked/libcaulk.so
	@BUILD=$(BUILD) tests/oracle/run.sh $(BUILD)/checked/libcaulk.so

# What the parts of `make check` run: built before, they can run beside each other.
tests: $(UNIT_BIN) $(E2E_NEEDS) $(ORACLE_NEEDS) $(FUZZ_NEEDS) $(BENCH_TOOL)

sanitized-tests: all $(UNIT_BIN) $(DAMAGE_NEEDS)

bench: all $(BENCH_BIN) ## measure what the tracker costs, as ratios
	@BUILD=$(BUILD) tests/bench/run.sh

lint: all ## check the house rules: layers, headers, format, linkage
	@BUILD=$(BUILD) tests/lint.sh

deps: ## install what demo and check need, or say how
	@tests/deps.sh check

check: deps ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory -s -j2 all samples
	@MAKE="$(MAKE)" tests/check.sh

check-daemons: ## run real daemons under their load, or those that DAEMONS names
	@tests/deps.sh daemons
	@$(MAKE) --no-print-directory -s -j2 all
	@BUILD=$(BUILD) tests/daemons/run.sh $(DAEMONS)

check-vm: ## run tests in an emulated machine with systemd, swap and 5-level paging
	@tests/deps.sh vm
	@$(MAKE) --no-print-directory -s -j2 all $(STATIC_BIN) $(PROGRAM_BIN)
	@BUILD=$(BUILD) tests/vm/run.sh $(VM)

demo: ## install what is missing, run a leaking daemon, show its leak
	@tests/deps.sh demo
	@$(MAKE) --no-print-directory -s -j2 all samples
	@BUILD=$(BUILD) samples/leakyd/demo.sh

TO     := $(DESTDIR)$(PREFIX)
TO_LIB := $(DESTDIR)$(LIBDIR)
MAN    := $(TO)/share/man

COMPLETION_BASH := $(TO)/share/bash-completion/completions/caulk
COMPLETION_ZSH  := $(TO)/share/zsh/site-functions/_caulk
COMPLETION_FISH := $(TO)/share/fish/vendor_completions.d/caulk.fish
EXAMPLES        := $(TO)/share/doc/caulk/examples

install: all $(STATIC_BIN) ## install below PREFIX (and DESTDIR)
	install -D -m 755 $(BUILD)/caulk $(TO)/bin/caulk
	$(if $(STATIC_BIN),install -D -m 755 $(STATIC_BIN) $(TO)/bin/caulk-dump)
	install -D -m 755 $(BUILD)/libcaulk.so $(TO_LIB)/libcaulk.so
	install -D -m 644 cli/share/caulk.pc.in $(TO_LIB)/pkgconfig/caulk.pc
	sed -i 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|' $(TO_LIB)/pkgconfig/caulk.pc
	install -D -m 644 preload/caulk.h $(TO)/include/caulk.h
	$(if $(SCDOC),for page in $(SHARE)/man/*.[1-8]; do \
	    install -d $(MAN)/man$${page##*.} && cp -P $$page $(MAN)/man$${page##*.}/ || exit; \
	done,@echo "caulk: manual pages are not installed: scdoc, which makes them, is missing" >&2)
	install -D -m 644 $(SHARE)/completions/bash/caulk $(COMPLETION_BASH)
	install -D -m 644 $(SHARE)/completions/zsh/_caulk $(COMPLETION_ZSH)
	install -D -m 644 $(SHARE)/completions/fish/caulk.fish $(COMPLETION_FISH)
	install -d $(EXAMPLES) && install -m 644 cli/share/examples/* $(EXAMPLES)/

uninstall: ## remove what install put there
	rm -f $(addprefix $(TO)/,bin/caulk bin/caulk-dump include/caulk.h) $(TO_LIB)/libcaulk.so $(TO_LIB)/pkgconfig/caulk.pc
	rm -f $(MAN)/man1/caulk.1 $(MAN)/man1/caulk-*.1 $(MAN)/man5/caulk-dump.5 $(MAN)/man7/libcaulk.7
	rm -f $(MAN)/man3/caulk.h.3 $(MAN)/man3/caulk_*.3
	rm -f $(COMPLETION_BASH) $(COMPLETION_ZSH) $(COMPLETION_FISH)
	rm -rf $(TO)/share/doc/caulk

deb: ## build the Debian package in build/deb
	cli/share/debian/deb.sh $(VERSION) $(BUILD)

repro: all $(STATIC_BIN) ## build again elsewhere, and compare
	tests/repro.sh $(BUILD)

clean: ## remove everything that was built
	rm -rf $(BUILD)

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 27

-include $(shell find $(BUILD) \( -path $(BUILD)/deb -o -path $(BUILD)/vm \) -prune -o -type f -name '*.d' -print 2>/dev/null)
