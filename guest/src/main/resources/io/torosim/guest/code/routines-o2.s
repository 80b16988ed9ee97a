COPYBYTES:
    leaq -1(%r8),%rax
    testq %rax,%rax
    jnge .Lj6
    movq $-1,%r8
.Lj7:
    addq $1,%r8
    movb (%rcx,%r8,1),%r9b
    movb %r9b,(%rdx,%r8,1)
    cmpq %r8,%rax
    jnle .Lj7
.Lj6:
    ret
FILLDWORDS:
    jmp .Lj13
.Lj12:
    movl %r8d,(%rcx)
    addq $4,%rcx
    subq $1,%rdx
.Lj13:
    testq %rdx,%rdx
    jg .Lj12
    ret
CHECKSUM:
    xorl %eax,%eax
    jmp .Lj18
.Lj17:
    movzwl (%rcx),%r8d
    addl %r8d,%eax
    addq $2,%rcx
    subl $2,%edx
.Lj18:
    cmpl $1,%edx
    jg .Lj17
    testl %edx,%edx
    jng .Lj21
    movzbl (%rcx),%edx
    addl %edx,%eax
.Lj21:
    movl %eax,%edx
    andl $65535,%edx
    shrl $16,%eax
    addl %edx,%eax
    movl %eax,%edx
    andl $65535,%edx
    shrl $16,%eax
    addl %edx,%eax
    notl %eax
    andl $65535,%eax
    ret
LISTSEARCH:
    movq %rcx,%rax
    jmp .Lj25
.Lj24:
    cmpl (%rax),%edx
    je .Lj26
    movq 8(%rax),%rax
.Lj25:
    testq %rax,%rax
    jne .Lj24
.Lj26:
    ret
GETMEMORY:
    xorl %eax,%eax
    cmpq $8192,%rdx
    jae .Lj29
    movq %rdx,%r8
    shrq $3,%r8
    movzbl (%rcx,%r8,1),%r8d
    movl %r8d,%r9d
    imulq $24,%r9,%r9
    leaq 1024(%rcx,%r9),%r9
    cmpl $0,(%r9)
    je .Lj29
    subl $1,(%r9)
    movq %r9,%r10
    movq 16(%r10),%r11
    movslq (%r10),%r10
    movq (%r11,%r10,8),%rax
    movq %r9,%r10
    movq 16(%r10),%r11
    movslq (%r10),%r10
    movq (%r11,%r10,8),%r10
    subq $8,%r10
    movq (%r10),%r11
    andq $-2,%r11
    movslq %r8d,%r8
    shlq $8,%r8
    orq %r8,%r11
    movq %r11,(%r10)
    addl $1,12(%r9)
    movq %r9,%r8
    movl (%r8),%r10d
    cmpl 8(%r8),%r10d
    jng .Lj36
    movl (%r9),%r8d
    movl %r8d,8(%r9)
.Lj36:
    addq %rdx,1744(%rcx)
    addq $1,1760(%rcx)
.Lj29:
    ret
ENQUEUE:
    movq %rcx,%rax
    movq $0,24(%rdx)
    cmpq $0,(%rax)
    jne .Lj40
    movq %rdx,(%rax)
    jmp .Lj41
.Lj40:
    movq 8(%rax),%rcx
    movq %rdx,24(%rcx)
.Lj41:
    movq %rdx,8(%rax)
    ret
RECEIVEFRAME:
    pushq %rbx
    leaq -32(%rsp),%rsp
    movq %rcx,%rbx
    movq %rdx,%rcx
    movq %rbx,%rdx
    movzwl 26(%rdx),%eax
    movzwl 28(%rdx),%r8d
    xorl %edx,%edx
    divl %r8d
    movl %edx,%eax
    movq %rcx,%rdx
    leaq 32(%rdx),%rcx
    movq %rcx,8(%rdx)
    andl %eax,%eax
    movl 32(%rbx,%rax,4),%eax
    subl $10,%eax
    movl %eax,(%rdx)
    movb $0,18(%rdx)
    movb $0,17(%rdx)
    addq $1,16(%rbx)
    movq %rbx,%rcx
    call ENQUEUE
    addw $1,26(%rbx)
    nop
    leaq 32(%rsp),%rsp
    popq %rbx
    ret
SWAPWORD:
    andl $65535,%ecx
    movl %ecx,%eax
    shrl $8,%eax
    shll $8,%ecx
    orl %ecx,%eax
    andl $65535,%eax
    ret
SWAPDWORD:
    movl %ecx,%eax
    shrl $8,%eax
    andl $65280,%eax
    movl %ecx,%edx
    shrl $24,%edx
    orl %edx,%eax
    movl %ecx,%edx
    shll $8,%edx
    andl $16711680,%edx
    orl %edx,%eax
    shll $24,%ecx
    orl %ecx,%eax
    ret
DISPATCHPACKET:
    pushq %rbx
    pushq %rsi
    leaq -40(%rsp),%rsp
    xorl %ebx,%ebx
    movq (%rcx),%rax
    testq %rax,%rax
    je .Lj48
    movq 24(%rax),%rdx
    movq %rdx,(%rcx)
    cmpq $0,24(%rax)
    jne .Lj53
    movq $0,8(%rcx)
.Lj53:
    movq $0,24(%rax)
    movq 8(%rax),%rsi
    movzwl 12(%rsi),%ecx
    call SWAPWORD
    cmpw $2048,%ax
    jb .Lj55
    subw $2048,%ax
    je .Lj56
    subw $6,%ax
    je .Lj57
    jmp .Lj55
.Lj56:
    movb 23(%rsi),%al
    cmpb $1,%al
    jb .Lj54
    subb $1,%al
    je .Lj60
    subb $5,%al
    je .Lj61
    subb $11,%al
    je .Lj62
    jmp .Lj54
.Lj60:
    movl $1,%ebx
    jmp .Lj54
.Lj61:
    cmpb $2,47(%rsi)
    jne .Lj64
    movl $2,%ebx
    jmp .Lj54
.Lj64:
    movw 47(%rsi),%ax
    andw $16,%ax
    je .Lj67
    movl $3,%ebx
    jmp .Lj54
.Lj67:
    movw 47(%rsi),%ax
    andw $4,%ax
    je .Lj54
    movl $4,%ebx
    jmp .Lj54
.Lj62:
    movl $5,%ebx
    jmp .Lj54
.Lj57:
    movl $6,%ebx
.Lj55:
.Lj54:
.Lj48:
    movl %ebx,%eax
    nop
    leaq 40(%rsp),%rsp
    popq %rsi
    popq %rbx
    ret
TCPINPUT:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    leaq -40(%rsp),%rsp
    movq %rcx,%rbx
    movq %rdx,%rsi
    movb 47(%rsi),%r12b
    movzwl 16(%rsi),%ecx
    call SWAPWORD
    movzwl %ax,%edi
    subl $40,%edi
    movzwl 48(%rsi),%ecx
    call SWAPWORD
    andl $65535,%eax
    movl %eax,24(%rbx)
    movl 12(%rbx),%eax
    cmpl $2,%eax
    jl .Lj74
    subl $2,%eax
    je .Lj75
    subl $1,%eax
    je .Lj76
    subl $6,%eax
    je .Lj77
    jmp .Lj74
.Lj75:
    movl $3,12(%rbx)
    movl $1,52(%rbx)
    jmp .Lj73
.Lj76:
    cmpb $16,%r12b
    jne .Lj79
    movb $1,72(%rbx)
    movl 38(%rsi),%ecx
    call SWAPDWORD
    movl %edi,%edx
    addl %edx,%eax
    movl %eax,20(%rbx)
    jmp .Lj73
.Lj79:
    andw $24,%r12w
    cmpw $24,%r12w
    jne .Lj73
    movl 42(%rsi),%ecx
    call SWAPDWORD
    cmpl 16(%rbx),%eax
    jne .Lj73
    movl 38(%rsi),%ecx
    call SWAPDWORD
    movl %edi,%edx
    addl %edx,%eax
    movl %eax,20(%rbx)
    addl %edi,48(%rbx)
    movl 52(%rbx),%eax
    cmpl $7,%eax
    je .Lj73
    cmpl $6,%eax
    je .Lj73
    cmpl $1,%eax
    je .Lj73
    movl $2,52(%rbx)
    jmp .Lj73
.Lj77:
    movb $1,72(%rbx)
.Lj74:
.Lj73:
    nop
    leaq 40(%rsp),%rsp
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    ret
TCPOUTPUT:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    leaq -40(%rsp),%rsp
    movq %rcx,%rbx
    movq %rdx,%rdi
    movl %r8d,%r12d
    movl %r9d,%esi
    movl $2048,%ecx
    call SWAPWORD
    movw %ax,12(%rdi)
    movb $69,14(%rdi)
    movb $0,15(%rdi)
    leal 40(%r12d),%ecx
    andl $65535,%ecx
    call SWAPWORD
    movw %ax,16(%rdi)
    movl $0,18(%rdi)
    movb $128,22(%rdi)
    movb $6,23(%rdi)
    movw $0,24(%rdi)
    movl $1690854592,26(%rdi)
    movl 8(%rbx),%eax
    movl %eax,30(%rdi)
    movzwl (%rbx),%ecx
    call SWAPWORD
    movw %ax,34(%rdi)
    movzwl 4(%rbx),%ecx
    call SWAPWORD
    movw %ax,36(%rdi)
    movl 16(%rbx),%ecx
    call SWAPDWORD
    movl %eax,38(%rdi)
    movl 20(%rbx),%ecx
    call SWAPDWORD
    movl %eax,42(%rdi)
    movb $80,46(%rdi)
    movb %sil,47(%rdi)
    movl 48(%rbx),%eax
    movl $16384,%ecx
    subl %eax,%ecx
    andl $65535,%ecx
    call SWAPWORD
    movw %ax,48(%rdi)
    movw $0,50(%rdi)
    movw $0,52(%rdi)
    cmpl $3,12(%rbx)
    je .Lj92
    addl $1,16(%rbx)
.Lj92:
    nop
    leaq 40(%rsp),%rsp
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    ret
VISITSOCKET:
    xorl %eax,%eax
    movl 52(%rcx),%r8d
    testl %r8d,%r8d
    jl .Lj96
    testl %r8d,%r8d
    je .Lj97
    subl $1,%r8d
    je .Lj98
    subl $1,%r8d
    je .Lj99
    subl $3,%r8d
    je .Lj100
    subl $2,%r8d
    je .Lj101
    jmp .Lj96
.Lj97:
    cmpq 56(%rcx),%rdx
    jng .Lj95
    movl $4,%eax
    jmp .Lj95
.Lj98:
    movl $1,%eax
    jmp .Lj95
.Lj99:
    movl $2,%eax
    jmp .Lj95
.Lj100:
    movl $5,%eax
    jmp .Lj95
.Lj101:
    cmpq $0,64(%rcx)
    jne .Lj95
    movl $7,%eax
.Lj96:
.Lj95:
    cmpb $0,72(%rcx)
    je .Lj107
    cmpq $0,64(%rcx)
    je .Lj107
    movl $8,%eax
.Lj107:
    ret
SOCKETSELECT:
    movb $1,%al
    cmpl $5,12(%rcx)
    jne .Lj112
    movl $5,52(%rcx)
    ret
.Lj112:
    movq %rcx,%r9
    movslq 48(%r9),%r10
    addq 32(%r9),%r10
    cmpq 40(%r9),%r10
    jna .Lj115
    movl $2,52(%rcx)
    ret
.Lj115:
    imulq $2393000,%rdx,%rdx
    addq %r8,%rdx
    movq %rdx,56(%rcx)
    movl $0,52(%rcx)
    xorb %al,%al
    ret
RECEIVEBYTE:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    leaq -32(%rsp),%rsp
    movq %rcx,%rbx
    xorl %edi,%edi
    movl 12(%rbx),%eax
    cmpl $3,%eax
    je .Lj120
    cmpl $5,%eax
    jne .Lj117
.Lj120:
    movq %rbx,%rax
    movslq 48(%rax),%rsi
    addq 32(%rax),%rsi
    subq 40(%rax),%rsi
    testl %esi,%esi
    je .Lj117
    cmpl %r8d,%esi
    cmovgl %r8d,%esi
    movq 40(%rbx),%rcx
    movslq %esi,%r8
    call COPYBYTES
    movslq %esi,%rax
    addq 40(%rbx),%rax
    movq %rax,40(%rbx)
    movl %esi,%edi
.Lj117:
    movl %edi,%eax
    nop
    leaq 32(%rsp),%rsp
    popq %rsi
    popq %rdi
    popq %rbx
    ret
PARSEBYTES:
    xorl %eax,%eax
    jmp .Lj129
.Lj128:
    movslq %eax,%r9
    movb (%rcx,%r9,1),%r10b
    cmpl $3,%eax
    jng .Lj132
    cmpb $32,%r10b
    je .Lj130
.Lj132:
    cmpl $3,%eax
    jng .Lj135
    movb %r10b,(%rdx)
    addq $1,%rdx
.Lj135:
    addl $1,%eax
.Lj129:
    cmpl %eax,%r8d
    jg .Lj128
.Lj130:
    ret
CONCATENATE:
    movq %rcx,%rax
    jmp .Lj139
.Lj138:
    movb (%rax),%cl
    movb %cl,(%r8)
    addq $1,%rax
    addq $1,%r8
.Lj139:
    cmpb $0,(%rax)
    jne .Lj138
    jmp .Lj142
.Lj141:
    movb (%rdx),%al
    movb %al,(%r8)
    addq $1,%rdx
    addq $1,%r8
.Lj142:
    cmpb $0,(%rdx)
    jne .Lj141
    movb $0,(%r8)
    ret
PUTCHARACTER:
    pushq %rbx
    leaq -32(%rsp),%rsp
    movl %edx,%ebx
    movslq %edx,%rax
    shlq $1,%rax
    leaq 3840(%rcx),%rdx
    addq %rdx,%rax
    movb $7,1(%rax)
    movb %r8b,(%rax)
    movl $980,%edx
    movl $14,%ecx
    call write_port
    movl $981,%edx
    movl $24,%ecx
    call write_port
    movl $980,%edx
    movl $15,%ecx
    call write_port
    leal 1(%ebx),%ecx
    movl $981,%edx
    call write_port
    nop
    leaq 32(%rsp),%rsp
    popq %rbx
    ret
PUTCHARACTERS:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    leaq -40(%rsp),%rsp
    movq %rcx,%rbx
    movq %rdx,%rsi
    movl %r8d,%edi
    xorl %r12d,%r12d
    jmp .Lj149
.Lj148:
    movslq %r12d,%rax
    movb (%rsi,%rax,1),%al
    cmpb $37,%al
    je .Lj152
    cmpb $92,%al
    je .Lj152
    cmpb $47,%al
    je .Lj152
    movslq %r12d,%rax
    movzbl (%rsi,%rax,1),%r8d
    movl %r12d,%edx
    movq %rbx,%rcx
    call PUTCHARACTER
.Lj152:
    addl $1,%r12d
.Lj149:
    cmpl %r12d,%edi
    jg .Lj148
    nop
    leaq 40(%rsp),%rsp
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    ret
READSECTORS:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    leaq -32(%rsp),%rsp
    movq %rcx,%rbx
    movl %edx,%esi
    xorl %edi,%edi
    jmp .Lj158
.Lj157:
    movslq %edi,%rax
    shlq $9,%rax
    leaq (%rax,%rbx),%rcx
    call transfer_sector
    addl $1,%edi
.Lj158:
    cmpl %edi,%esi
    jg .Lj157
    nop
    leaq 32(%rsp),%rsp
    popq %rsi
    popq %rdi
    popq %rbx
    ret
FEATUREBITS:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    leaq -40(%rsp),%rsp
    movq %rcx,%rbx
    xorl %edi,%edi
    leal -1(%edx),%esi
    testl %esi,%esi
    jnge .Lj163
    movl $-1,%r12d
.Lj164:
    addl $1,%r12d
    movq %rbx,%rdx
    movl %r12d,%ecx
    call identify_cpu
    movslq %r12d,%rax
    movzbl (%rbx,%rax,1),%eax
    addl %eax,%edi
    cmpl %r12d,%esi
    jnle .Lj164
.Lj163:
    movl %edi,%eax
    nop
    leaq 40(%rsp),%rsp
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    ret
WEIGHLEAVES:
    pushq %rbx
    pushq %rdi
    pushq %rsi
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    leaq -48(%rsp),%rsp
    movq %rcx,%r12
    movl %edx,%ebx
    xorl %esi,%esi
    xorl %r14d,%r14d
    xorl %r13d,%r13d
    movl $1000,%edi
    xorl %r15d,%r15d
    xorl %eax,%eax
    movq %rax,32(%rsp)
    jmp .Lj170
.Lj169:
    movq %r12,%rdx
    movl %esi,%ecx
    call identify_cpu
    movslq %esi,%rax
    movzbl (%r12,%rax,1),%edx
    movl %edx,%eax
    movq %rax,32(%rsp)
    addl 32(%rsp),%r14d
    movl 32(%rsp),%eax
    imull %esi,%eax
    addl %eax,%r13d
    movl 32(%rsp),%eax
    cmpl %eax,%edi
    jng .Lj173
    movl 32(%rsp),%edi
.Lj173:
    movl 32(%rsp),%eax
    cmpl %eax,%r15d
    jnl .Lj175
    movl 32(%rsp),%r15d
.Lj175:
    addl $1,%esi
.Lj170:
    cmpl %esi,%ebx
    jg .Lj169
    leal (%edi,%edi,2),%edx
    movl %r13d,%eax
    shll $1,%eax
    addl %r14d,%eax
    addl %eax,%edx
    leal (%r15d,%r15d,4),%eax
    addl %edx,%eax
    movl 32(%rsp),%ecx
    imull $7,%ecx,%edx
    addl %edx,%eax
    nop
    leaq 48(%rsp),%rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rsi
    popq %rdi
    popq %rbx
    ret
