/* Compares preload/python_layout.c with the headers of the CPython that this is compiled with. */
#define Py_BUILD_CORE 1
#include <Python.h>
#include <stddef.h>
#include <stdio.h>

#if PY_VERSION_HEX >= 0x030b0000
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#else
#include <code.h>
#include <frameobject.h>
#endif

#include "preload/python_layout.h"

static int wrong;

static void check(const char *what, size_t expected, size_t actual)
{
    if (expected == actual)
        return;
    printf("Python " PY_VERSION ": %s is %zu and not %zu\n", what, expected, actual);
    wrong = 1;
}

#define CHECK(field, type, member) check(#type "." #member, offsetof(type, member), layout->field)

int main(void)
{
    const struct python_layout *layout = python_layout_of(PY_VERSION);
    if (!layout) {
        printf("Python " PY_VERSION " has no layout\n");
        return 1;
    }
    check("PyObject.ob_type", 8, offsetof(PyObject, ob_type));
    CHECK(code_file, PyCodeObject, co_filename);
    CHECK(code_line, PyCodeObject, co_firstlineno);
#if PY_VERSION_HEX >= 0x030b0000
    typedef struct _PyInterpreterFrame frame;
    CHECK(code_name, PyCodeObject, co_qualname);
    CHECK(code_start, PyCodeObject, co_code_adaptive);
    CHECK(previous, frame, previous);
    check("bytes of a code object", offsetof(PyCodeObject, co_code_adaptive) + 8,
          layout->code_bytes);
#else
    typedef PyFrameObject frame;
    CHECK(code_name, PyCodeObject, co_name);
    CHECK(previous, frame, f_back);
    CHECK(code, frame, f_code);
    CHECK(instruction, frame, f_lasti);
    CHECK(state_frame, PyThreadState, frame);
    check("bytes of a code object", sizeof(PyCodeObject), layout->code_bytes);
#endif
#if PY_VERSION_HEX >= 0x030d0000
    CHECK(state_frame, PyThreadState, current_frame);
    CHECK(code, frame, f_executable);
    CHECK(instruction, frame, instr_ptr);
    CHECK(flags, frame, owner);
    check("the loop's owner", FRAME_OWNED_BY_CSTACK, PYTHON_OWNER_LOOP);
#elif PY_VERSION_HEX >= 0x030b0000
    CHECK(state_frame, PyThreadState, cframe);
    CHECK(link_frame, _PyCFrame, current_frame);
    CHECK(code, frame, f_code);
    CHECK(instruction, frame, prev_instr);
#if PY_VERSION_HEX >= 0x030c0000
    CHECK(flags, frame, owner);
    check("the loop's owner", FRAME_OWNED_BY_CSTACK, PYTHON_OWNER_LOOP);
#else
    CHECK(flags, frame, is_entry);
#endif
#endif
    return wrong;
}
