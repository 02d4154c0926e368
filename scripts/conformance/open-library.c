/*
 * open-library now|lazy NAME: opens a library, says under which path it was found, and ends with 93; or says why not, and ends
 * with 1. It is linked against the C library of the root that it is for, and has no start files.
 */
extern void *dlopen(const char *, int);
extern char *dlerror(void);

/* The head of glibc's struct link_map (link.h), which is what dlopen returns. */
struct link_map { unsigned long address; const char *name; };

static long call_kernel(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void say(const char *text)
{
    long length = 0;
    while (text[length]) length++;
    call_kernel(1, 1, (long) text, length);
    call_kernel(1, 1, (long) "\n", 1);
}

__attribute__((used)) void begin(long *stack)
{
    char **words = (char **) (stack + 1);
    if (stack[0] != 3) call_kernel(231, 2, 0, 0);
    struct link_map *opened = dlopen(words[2], words[1][0] == 'n' ? 2 : 1);
    if (opened) {
        say(opened->name);
        call_kernel(231, 93, 0, 0);
    }
    const char *why = dlerror();
    say(why ? why : "no reason given");
    call_kernel(231, 1, 0, 0);
}

__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
