# caulk: `make help` lists what can be made. Every object ends up below $(BUILD);
# a sanitizer build is the same Makefile with another folder:
#   make BUILD=build/asan SANITIZE=address,undefined unit

BUILD    ?= build
SANITIZE ?=
PREFIX   ?= /usr/local
DESTDIR  ?=

VERSION := 0.1.0

CFLAGS   ?= -O2 -g
CXXFLAGS ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla
CPPFLAGS += -I. -D_GNU_SOURCE -DCAULK_VERSION='"$(VERSION)"' -MMD -MP
BASE     := -std=gnu11 $(WARN) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
LDFLAGS  += $(if $(SANITIZE),-fsanitize=$(SANITIZE))

# The tracker is preloaded into foreign programs: initial-exec TLS, nothing exported but what hooks
# declare, no lazy binding inside a signal handler, and never instrumented.
PRELOAD_FLAGS := -std=gnu11 $(WARN) -fPIC -fvisibility=hidden -ftls-model=initial-exec \
                 -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free
PRELOAD_LINK  := -shared -Wl,-z,defs,-z,now,-z,relro,-z,initfirst,-soname,libcaulk.so

# hooks_*.c define the symbols that replace the program's; unit tests link everything else.
PRELOAD_SRC := $(sort $(wildcard preload/*.c))
HOOK_SRC    := $(filter preload/hooks_%,$(PRELOAD_SRC))
LIB_SRC     := $(sort $(wildcard libcaulk/*.c))
CLI_SRC     := $(sort $(wildcard cli/*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
UNIT_SRC    := $(sort $(wildcard tests/unit/*_test.c))
SAMPLE_SRC  := $(sort $(wildcard samples/*.c samples/*.cpp))

object       = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
PRELOAD_OBJ := $(call object,$(PRELOAD_SRC))
LIB_OBJ     := $(call object,$(LIB_SRC))
CLI_OBJ     := $(call object,$(CLI_SRC))
SUPPORT_OBJ := $(call object,$(SUPPORT_SRC))
UNIT_BIN    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))
SAMPLE_BIN  := $(patsubst samples/%,$(BUILD)/samples/%,$(basename $(SAMPLE_SRC)))

LIB_LIBS := -ldw -lelf -lgvc -lcgraph -liberty
CLI_LIBS := $(LIB_LIBS) -lyajl -lm

.PHONY: all samples unit e2e lint check bench demo deps install uninstall clean help
.SECONDARY:

all: $(BUILD)/libcaulk.so $(BUILD)/caulk ## build the tracker and the command line

$(BUILD)/libcaulk.so: $(PRELOAD_OBJ)
	$(CC) $(PRELOAD_LINK) -o $@ $^

$(BUILD)/caulk: $(CLI_OBJ) $(BUILD)/libcaulk.a
	$(CC) $(LDFLAGS) -o $@ $^ $(CLI_LIBS)

$(BUILD)/libcaulk.a: $(LIB_OBJ)
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

$(BUILD)/tests/%_test: $(BUILD)/obj/tests/unit/%_test.o $(BUILD)/support.a $(BUILD)/libcaulk.a $(BUILD)/preload.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIB_LIBS) -lm

$(BUILD)/samples/%: samples/%.c
	@mkdir -p $(@D)
	$(CC) -I. -MMD -MP -std=gnu11 -Wall -Wextra -O1 -g -fno-inline -o $@ $< -lpthread

$(BUILD)/samples/%: samples/%.cpp
	@mkdir -p $(@D)
	$(CXX) -I. -MMD -MP -std=c++17 -Wall -Wextra -O1 -g -fno-inline -o $@ $<

samples: $(SAMPLE_BIN) ## build the sample programs, one leak shape each

unit: $(UNIT_BIN) ## build and run the unit tests
	@set -e; for test in $^; do $$test; done

clean: ## remove everything that was built
	rm -rf $(BUILD)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
