# Multiboot entry: identity-mapped long mode, then cmain; ends QEMU through port 0xf4.
    .section .multiboot,"a"
    .align 4
    .long 0x1BADB002, 0, -(0x1BADB002)
    .text
    .code32
    .globl _start
_start:
    cli
    mov $stack_top, %esp
    # page tables: identity map 1 GB with 2 MB pages
    mov $pd, %edi
    mov $0x83, %eax
    mov $512, %ecx
1:  mov %eax, (%edi)
    movl $0, 4(%edi)
    add $0x200000, %eax
    add $8, %edi
    loop 1b
    movl $pd+3, pdpt
    movl $0, pdpt+4
    movl $pdpt+3, pml4
    movl $0, pml4+4
    mov $pml4, %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x620, %eax
    mov %eax, %cr4
    mov $0xC0000080, %ecx
    rdmsr
    or $0x100, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80000001, %eax
    mov %eax, %cr0
    lgdt gdtr
    ljmp $8, $long
    .code64
long:
    mov $16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $stack_top, %rsp
    call cmain
    mov $0xf4, %dx
    xor %eax, %eax
    out %al, %dx
1:  hlt
    jmp 1b
    .globl write_port, identify_cpu, transfer_sector
write_port:
identify_cpu:
transfer_sector:
    ret
    .align 8
gdt: .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr: .word 23
    .long gdt
    .bss
    .align 4096
pml4: .skip 4096
pdpt: .skip 4096
pd: .skip 4096
    .skip 65536
stack_top:
