COPYBYTES:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq %r8,-24(%rbp)
    movq %r8,%rax
    subq $1,%rax
    testq %rax,%rax
    jnge .Lj6
    movq $-1,-32(%rbp)
.Lj7:
    addq $1,-32(%rbp)
    movq -16(%rbp),%r9
    movq -32(%rbp),%r8
    movq -8(%rbp),%rcx
    movq -32(%rbp),%rdx
    movb (%rcx,%rdx,1),%dl
    movb %dl,(%r9,%r8,1)
    cmpq -32(%rbp),%rax
    jnle .Lj7
.Lj6:
    leaq (%rbp),%rsp
    popq %rbp
    ret
FILLDWORDS:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movq -8(%rbp),%rax
    movq %rax,-32(%rbp)
    jmp .Lj13
.Lj12:
    movq -32(%rbp),%rax
    movl -24(%rbp),%edx
    movl %edx,(%rax)
    addq $4,-32(%rbp)
    subq $1,-16(%rbp)
.Lj13:
    cmpq $0,-16(%rbp)
    jg .Lj12
    leaq (%rbp),%rsp
    popq %rbp
    ret
CHECKSUM:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    movl $0,-24(%rbp)
    movq -8(%rbp),%rax
    movq %rax,-32(%rbp)
    jmp .Lj18
.Lj17:
    movq -32(%rbp),%rax
    movzwl (%rax),%eax
    addl -24(%rbp),%eax
    movl %eax,-24(%rbp)
    addq $2,-32(%rbp)
    subl $2,-16(%rbp)
.Lj18:
    cmpl $1,-16(%rbp)
    jg .Lj17
    cmpl $0,-16(%rbp)
    jng .Lj21
    movq -32(%rbp),%rax
    movzbl (%rax),%eax
    addl -24(%rbp),%eax
    movl %eax,-24(%rbp)
.Lj21:
    movl -24(%rbp),%eax
    andl $65535,%eax
    movl -24(%rbp),%edx
    shrl $16,%edx
    addl %edx,%eax
    movl %eax,-24(%rbp)
    andl $65535,%eax
    movl -24(%rbp),%edx
    shrl $16,%edx
    addl %edx,%eax
    movl %eax,-24(%rbp)
    notl %eax
    movw %ax,-20(%rbp)
    movzwl -20(%rbp),%eax
    leaq (%rbp),%rsp
    popq %rbp
    ret
LISTSEARCH:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    jmp .Lj25
.Lj24:
    movq -8(%rbp),%rax
    movl (%rax),%eax
    cmpl -16(%rbp),%eax
    je .Lj26
    movq -8(%rbp),%rax
    movq 8(%rax),%rax
    movq %rax,-8(%rbp)
.Lj25:
    cmpq $0,-8(%rbp)
    jne .Lj24
.Lj26:
    movq -8(%rbp),%rax
    leaq (%rbp),%rsp
    popq %rbp
    ret
GETMEMORY:
    pushq %rbp
    movq %rsp,%rbp
    leaq -48(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq $0,-24(%rbp)
    cmpq $8192,-16(%rbp)
    jae .Lj29
    movq -8(%rbp),%rdx
    movq -16(%rbp),%rax
    shrq $3,%rax
    movzbl (%rdx,%rax,1),%eax
    movl %eax,-28(%rbp)
    movq -8(%rbp),%rdx
    movl -28(%rbp),%eax
    imulq $24,%rax,%rax
    leaq 1024(%rdx,%rax),%rax
    movq %rax,-40(%rbp)
    cmpl $0,(%rax)
    je .Lj29
    movq -40(%rbp),%rax
    movl (%rax),%eax
    leal -1(%eax),%edx
    movq -40(%rbp),%rax
    movl %edx,(%rax)
    movq -40(%rbp),%rax
    movq 16(%rax),%rdx
    movq -40(%rbp),%rax
    movslq (%rax),%rax
    movq (%rdx,%rax,8),%rax
    movq %rax,-24(%rbp)
    movq -40(%rbp),%rax
    movq 16(%rax),%rdx
    movq -40(%rbp),%rax
    movslq (%rax),%rax
    movq (%rdx,%rax,8),%rax
    subq $8,%rax
    movq %rax,-48(%rbp)
    movq (%rax),%rax
    andq $-2,%rax
    movslq -28(%rbp),%rdx
    shlq $8,%rdx
    orq %rdx,%rax
    movq -48(%rbp),%rdx
    movq %rax,(%rdx)
    movq -40(%rbp),%rax
    movl 12(%rax),%eax
    addl $1,%eax
    movq -40(%rbp),%rdx
    movl %eax,12(%rdx)
    movq -40(%rbp),%rax
    movq -40(%rbp),%rdx
    movl (%rax),%eax
    cmpl 8(%rdx),%eax
    jng .Lj36
    movq -40(%rbp),%rdx
    movq -40(%rbp),%rax
    movl (%rax),%eax
    movl %eax,8(%rdx)
.Lj36:
    movq -8(%rbp),%rax
    movq 1744(%rax),%rdx
    movq -16(%rbp),%rax
    addq %rdx,%rax
    movq -8(%rbp),%rdx
    movq %rax,1744(%rdx)
    movq -8(%rbp),%rax
    movq 1760(%rax),%rax
    addq $1,%rax
    movq -8(%rbp),%rdx
    movq %rax,1760(%rdx)
.Lj29:
    movq -24(%rbp),%rax
    leaq (%rbp),%rsp
    popq %rbp
    ret
ENQUEUE:
    pushq %rbp
    movq %rsp,%rbp
    leaq -16(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq %rdx,%rax
    movq $0,24(%rax)
    movq -8(%rbp),%rax
    cmpq $0,(%rax)
    jne .Lj40
    movq -8(%rbp),%rdx
    movq -16(%rbp),%rax
    movq %rax,(%rdx)
    jmp .Lj41
.Lj40:
    movq -8(%rbp),%rax
    movq 8(%rax),%rax
    movq -16(%rbp),%rdx
    movq %rdx,24(%rax)
.Lj41:
    movq -8(%rbp),%rax
    movq -16(%rbp),%rdx
    movq %rdx,8(%rax)
    leaq (%rbp),%rsp
    popq %rbp
    ret
RECEIVEFRAME:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq -8(%rbp),%rax
    movzwl 26(%rax),%eax
    movq -8(%rbp),%rdx
    movzwl 28(%rdx),%ecx
    xorl %edx,%edx
    divl %ecx
    movl %edx,-20(%rbp)
    movq -16(%rbp),%rdx
    movq -16(%rbp),%rax
    addq $32,%rax
    movq %rax,8(%rdx)
    movq -8(%rbp),%rdx
    movl -20(%rbp),%eax
    movl 32(%rdx,%rax,4),%eax
    subl $10,%eax
    movq -16(%rbp),%rdx
    movl %eax,(%rdx)
    movq -16(%rbp),%rax
    movb $0,18(%rax)
    movq -16(%rbp),%rax
    movb $0,17(%rax)
    movq -8(%rbp),%rax
    movq 16(%rax),%rax
    addq $1,%rax
    movq -8(%rbp),%rdx
    movq %rax,16(%rdx)
    movq -16(%rbp),%rdx
    movq -8(%rbp),%rcx
    call ENQUEUE
    movq -8(%rbp),%rax
    movzwl 26(%rax),%eax
    addl $1,%eax
    movq -8(%rbp),%rdx
    movw %ax,26(%rdx)
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
SWAPWORD:
    pushq %rbp
    movq %rsp,%rbp
    leaq -16(%rsp),%rsp
    movw %cx,-8(%rbp)
    movzwl -8(%rbp),%eax
    shrl $8,%eax
    movzwl -8(%rbp),%edx
    shll $8,%edx
    orl %edx,%eax
    movw %ax,-12(%rbp)
    movzwl -12(%rbp),%eax
    leaq (%rbp),%rsp
    popq %rbp
    ret
SWAPDWORD:
    pushq %rbp
    movq %rsp,%rbp
    leaq -16(%rsp),%rsp
    movl %ecx,-8(%rbp)
    movl %ecx,%eax
    shrl $8,%eax
    andl $65280,%eax
    movl -8(%rbp),%edx
    shrl $24,%edx
    orl %edx,%eax
    movl -8(%rbp),%edx
    shll $8,%edx
    andl $16711680,%edx
    orl %edx,%eax
    movl -8(%rbp),%edx
    shll $24,%edx
    orl %edx,%eax
    leaq (%rbp),%rsp
    popq %rbp
    ret
DISPATCHPACKET:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl $0,-12(%rbp)
    movq -8(%rbp),%rax
    movq (%rax),%rax
    movq %rax,-24(%rbp)
    testq %rax,%rax
    je .Lj48
    movq -8(%rbp),%rdx
    movq -24(%rbp),%rax
    movq 24(%rax),%rax
    movq %rax,(%rdx)
    movq -24(%rbp),%rax
    cmpq $0,24(%rax)
    jne .Lj53
    movq -8(%rbp),%rax
    movq $0,8(%rax)
.Lj53:
    movq -24(%rbp),%rax
    movq $0,24(%rax)
    movq -24(%rbp),%rax
    movq 8(%rax),%rax
    movq %rax,-32(%rbp)
    movzwl 12(%rax),%ecx
    call SWAPWORD
    cmpw $2048,%ax
    jb .Lj55
    subw $2048,%ax
    je .Lj56
    subw $6,%ax
    je .Lj57
    jmp .Lj55
.Lj56:
    movq -32(%rbp),%rax
    movb 23(%rax),%al
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
    movl $1,-12(%rbp)
    jmp .Lj54
.Lj61:
    movq -32(%rbp),%rax
    cmpb $2,47(%rax)
    jne .Lj64
    movl $2,-12(%rbp)
    jmp .Lj54
.Lj64:
    movq -32(%rbp),%rax
    movw 47(%rax),%ax
    andw $16,%ax
    je .Lj67
    movl $3,-12(%rbp)
    jmp .Lj54
.Lj67:
    movq -32(%rbp),%rax
    movw 47(%rax),%ax
    andw $4,%ax
    je .Lj54
    movl $4,-12(%rbp)
    jmp .Lj54
.Lj62:
    movl $5,-12(%rbp)
    jmp .Lj54
.Lj57:
    movl $6,-12(%rbp)
.Lj55:
.Lj54:
.Lj48:
    movl -12(%rbp),%eax
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
TCPINPUT:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movq -16(%rbp),%rax
    movb 47(%rax),%al
    movb %al,-32(%rbp)
    movq -16(%rbp),%rax
    movzwl 16(%rax),%ecx
    call SWAPWORD
    andl $65535,%eax
    subl $40,%eax
    movl %eax,-28(%rbp)
    movq -16(%rbp),%rax
    movzwl 48(%rax),%ecx
    call SWAPWORD
    andl $65535,%eax
    movq -8(%rbp),%rdx
    movl %eax,24(%rdx)
    movq -8(%rbp),%rax
    movl 12(%rax),%eax
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
    movq -8(%rbp),%rax
    movl $3,12(%rax)
    movq -8(%rbp),%rax
    movl $1,52(%rax)
    jmp .Lj73
.Lj76:
    cmpb $16,-32(%rbp)
    jne .Lj79
    movq -8(%rbp),%rax
    movb $1,72(%rax)
    movq -16(%rbp),%rax
    movl 38(%rax),%ecx
    call SWAPDWORD
    addl -28(%rbp),%eax
    movq -8(%rbp),%rdx
    movl %eax,20(%rdx)
    jmp .Lj73
.Lj79:
    movw -32(%rbp),%ax
    andw $24,%ax
    cmpw $24,%ax
    jne .Lj73
    movq -16(%rbp),%rax
    movl 42(%rax),%ecx
    call SWAPDWORD
    movq -8(%rbp),%rdx
    cmpl 16(%rdx),%eax
    jne .Lj73
    movq -16(%rbp),%rax
    movl 38(%rax),%ecx
    call SWAPDWORD
    addl -28(%rbp),%eax
    movq -8(%rbp),%rdx
    movl %eax,20(%rdx)
    movq -8(%rbp),%rax
    movl 48(%rax),%edx
    movl -28(%rbp),%eax
    addl %edx,%eax
    movq -8(%rbp),%rdx
    movl %eax,48(%rdx)
    movq -8(%rbp),%rax
    cmpl $7,52(%rax)
    je .Lj73
    movq -8(%rbp),%rax
    cmpl $6,52(%rax)
    je .Lj73
    movq -8(%rbp),%rax
    cmpl $1,52(%rax)
    je .Lj73
    movq -8(%rbp),%rax
    movl $2,52(%rax)
    jmp .Lj73
.Lj77:
    movq -8(%rbp),%rax
    movb $1,72(%rax)
.Lj74:
.Lj73:
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
TCPOUTPUT:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movl %r9d,-32(%rbp)
    movl $2048,%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,12(%rdx)
    movq -16(%rbp),%rax
    movb $69,14(%rax)
    movq -16(%rbp),%rax
    movb $0,15(%rax)
    movl -24(%rbp),%eax
    leal 40(%eax),%ecx
    andl $65535,%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,16(%rdx)
    movq -16(%rbp),%rax
    movl $0,18(%rax)
    movq -16(%rbp),%rax
    movb $128,22(%rax)
    movq -16(%rbp),%rax
    movb $6,23(%rax)
    movq -16(%rbp),%rax
    movw $0,24(%rax)
    movq -16(%rbp),%rax
    movl $1690854592,26(%rax)
    movq -16(%rbp),%rdx
    movq -8(%rbp),%rax
    movl 8(%rax),%eax
    movl %eax,30(%rdx)
    movq -8(%rbp),%rax
    movzwl (%rax),%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,34(%rdx)
    movq -8(%rbp),%rax
    movzwl 4(%rax),%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,36(%rdx)
    movq -8(%rbp),%rax
    movl 16(%rax),%ecx
    call SWAPDWORD
    movq -16(%rbp),%rdx
    movl %eax,38(%rdx)
    movq -8(%rbp),%rax
    movl 20(%rax),%ecx
    call SWAPDWORD
    movq -16(%rbp),%rdx
    movl %eax,42(%rdx)
    movq -16(%rbp),%rax
    movb $80,46(%rax)
    movq -16(%rbp),%rax
    movb -32(%rbp),%dl
    movb %dl,47(%rax)
    movq -8(%rbp),%rax
    movl 48(%rax),%eax
    movl $16384,%ecx
    subl %eax,%ecx
    andl $65535,%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,48(%rdx)
    movq -16(%rbp),%rax
    movw $0,50(%rax)
    movq -16(%rbp),%rax
    movw $0,52(%rax)
    movq -8(%rbp),%rax
    cmpl $3,12(%rax)
    je .Lj92
    movq -8(%rbp),%rax
    movl 16(%rax),%eax
    leal 1(%eax),%edx
    movq -8(%rbp),%rax
    movl %edx,16(%rax)
.Lj92:
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
VISITSOCKET:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl $0,-20(%rbp)
    movq -8(%rbp),%rax
    movl 52(%rax),%eax
    testl %eax,%eax
    jl .Lj96
    testl %eax,%eax
    je .Lj97
    subl $1,%eax
    je .Lj98
    subl $1,%eax
    je .Lj99
    subl $3,%eax
    je .Lj100
    subl $2,%eax
    je .Lj101
    jmp .Lj96
.Lj97:
    movq -8(%rbp),%rax
    movq 56(%rax),%rax
    cmpq -16(%rbp),%rax
    jnl .Lj95
    movl $4,-20(%rbp)
    jmp .Lj95
.Lj98:
    movl $1,-20(%rbp)
    jmp .Lj95
.Lj99:
    movl $2,-20(%rbp)
    jmp .Lj95
.Lj100:
    movl $5,-20(%rbp)
    jmp .Lj95
.Lj101:
    movq -8(%rbp),%rax
    cmpq $0,64(%rax)
    jne .Lj95
    movl $7,-20(%rbp)
.Lj96:
.Lj95:
    movq -8(%rbp),%rax
    cmpb $0,72(%rax)
    je .Lj107
    movq -8(%rbp),%rax
    cmpq $0,64(%rax)
    je .Lj107
    movl $8,-20(%rbp)
.Lj107:
    movl -20(%rbp),%eax
    leaq (%rbp),%rsp
    popq %rbp
    ret
SOCKETSELECT:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq %r8,-24(%rbp)
    movb $1,-28(%rbp)
    movq -8(%rbp),%rax
    cmpl $5,12(%rax)
    jne .Lj112
    movq -8(%rbp),%rax
    movl $5,52(%rax)
    jmp .Lj113
.Lj112:
    movq -8(%rbp),%rax
    movslq 48(%rax),%rdx
    movq -8(%rbp),%rax
    addq 32(%rax),%rdx
    movq -8(%rbp),%rax
    cmpq 40(%rax),%rdx
    jna .Lj115
    movq -8(%rbp),%rax
    movl $2,52(%rax)
    jmp .Lj116
.Lj115:
    movq -16(%rbp),%rax
    imulq $2393000,%rax,%rdx
    addq -24(%rbp),%rdx
    movq -8(%rbp),%rax
    movq %rdx,56(%rax)
    movq -8(%rbp),%rax
    movl $0,52(%rax)
    movb $0,-28(%rbp)
.Lj116:
.Lj113:
    movb -28(%rbp),%al
    leaq (%rbp),%rsp
    popq %rbp
    ret
RECEIVEBYTE:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movl $0,-28(%rbp)
    movq -8(%rbp),%rax
    cmpl $3,12(%rax)
    je .Lj120
    movq -8(%rbp),%rax
    cmpl $5,12(%rax)
    jne .Lj117
.Lj120:
    movq -8(%rbp),%rax
    movslq 48(%rax),%rax
    movq -8(%rbp),%rdx
    addq 32(%rdx),%rax
    movq -8(%rbp),%rdx
    subq 40(%rdx),%rax
    movl %eax,-32(%rbp)
    testl %eax,%eax
    je .Lj117
    movl -24(%rbp),%eax
    cmpl -32(%rbp),%eax
    jnl .Lj125
    movl -24(%rbp),%eax
    movl %eax,-32(%rbp)
.Lj125:
    movq -8(%rbp),%rax
    movq 40(%rax),%rcx
    movslq -32(%rbp),%r8
    movq -16(%rbp),%rdx
    call COPYBYTES
    movq -8(%rbp),%rax
    movslq -32(%rbp),%rdx
    addq 40(%rax),%rdx
    movq -8(%rbp),%rax
    movq %rdx,40(%rax)
    movl -32(%rbp),%eax
    movl %eax,-28(%rbp)
.Lj117:
    movl -28(%rbp),%eax
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
PARSEBYTES:
    pushq %rbp
    movq %rsp,%rbp
    leaq -48(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movl $0,-32(%rbp)
    jmp .Lj129
.Lj128:
    movq -8(%rbp),%rdx
    movslq -32(%rbp),%rax
    movb (%rdx,%rax,1),%al
    movb %al,-36(%rbp)
    cmpl $3,-32(%rbp)
    jng .Lj132
    cmpb $32,-36(%rbp)
    je .Lj130
.Lj132:
    cmpl $3,-32(%rbp)
    jng .Lj135
    movq -16(%rbp),%rax
    movb -36(%rbp),%dl
    movb %dl,(%rax)
    addq $1,-16(%rbp)
.Lj135:
    addl $1,-32(%rbp)
.Lj129:
    movl -32(%rbp),%eax
    cmpl -24(%rbp),%eax
    jl .Lj128
.Lj130:
    movl -32(%rbp),%eax
    leaq (%rbp),%rsp
    popq %rbp
    ret
CONCATENATE:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq %r8,-24(%rbp)
    jmp .Lj139
.Lj138:
    movq -24(%rbp),%rdx
    movq -8(%rbp),%rax
    movb (%rax),%al
    movb %al,(%rdx)
    addq $1,-8(%rbp)
    addq $1,-24(%rbp)
.Lj139:
    movq -8(%rbp),%rax
    cmpb $0,(%rax)
    jne .Lj138
    jmp .Lj142
.Lj141:
    movq -24(%rbp),%rdx
    movq -16(%rbp),%rax
    movb (%rax),%al
    movb %al,(%rdx)
    addq $1,-16(%rbp)
    addq $1,-24(%rbp)
.Lj142:
    movq -16(%rbp),%rax
    cmpb $0,(%rax)
    jne .Lj141
    movq -24(%rbp),%rax
    movb $0,(%rax)
    leaq (%rbp),%rsp
    popq %rbp
    ret
PUTCHARACTER:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    movb %r8b,-24(%rbp)
    movslq -16(%rbp),%rax
    shlq $1,%rax
    movq -8(%rbp),%rdx
    addq $3840,%rdx
    addq %rdx,%rax
    movq %rax,-32(%rbp)
    movb $7,1(%rax)
    movq -32(%rbp),%rdx
    movb -24(%rbp),%al
    movb %al,(%rdx)
    movl $980,%edx
    movl $14,%ecx
    call write_port
    movl $981,%edx
    movl $24,%ecx
    call write_port
    movl $980,%edx
    movl $15,%ecx
    call write_port
    movl -16(%rbp),%eax
    leal 1(%eax),%ecx
    movl $981,%edx
    call write_port
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
PUTCHARACTERS:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movl %r8d,-24(%rbp)
    movl $0,-28(%rbp)
    jmp .Lj149
.Lj148:
    movq -16(%rbp),%rax
    movslq -28(%rbp),%rdx
    cmpb $37,(%rax,%rdx,1)
    je .Lj152
    movq -16(%rbp),%rdx
    movslq -28(%rbp),%rax
    cmpb $92,(%rdx,%rax,1)
    je .Lj152
    movq -16(%rbp),%rax
    movslq -28(%rbp),%rdx
    cmpb $47,(%rax,%rdx,1)
    je .Lj152
    movq -16(%rbp),%rax
    movslq -28(%rbp),%rdx
    movzbl (%rax,%rdx,1),%r8d
    movl -28(%rbp),%edx
    movq -8(%rbp),%rcx
    call PUTCHARACTER
.Lj152:
    addl $1,-28(%rbp)
.Lj149:
    movl -28(%rbp),%eax
    cmpl -24(%rbp),%eax
    jl .Lj148
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
READSECTORS:
    pushq %rbp
    movq %rsp,%rbp
    leaq -64(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    movl $0,-20(%rbp)
    jmp .Lj158
.Lj157:
    movslq -20(%rbp),%rax
    movq %rax,%rcx
    shlq $9,%rcx
    addq -8(%rbp),%rcx
    call transfer_sector
    addl $1,-20(%rbp)
.Lj158:
    movl -20(%rbp),%eax
    cmpl -16(%rbp),%eax
    jl .Lj157
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
FEATUREBITS:
    pushq %rbp
    movq %rsp,%rbp
    leaq -80(%rsp),%rsp
    movq %rbx,-40(%rbp)
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    movl $0,-28(%rbp)
    movl -16(%rbp),%eax
    leal -1(%eax),%ebx
    testl %ebx,%ebx
    jnge .Lj163
    movl $-1,-24(%rbp)
.Lj164:
    addl $1,-24(%rbp)
    movq -8(%rbp),%rdx
    movl -24(%rbp),%ecx
    call identify_cpu
    movq -8(%rbp),%rax
    movslq -24(%rbp),%rdx
    movzbl (%rax,%rdx,1),%eax
    addl -28(%rbp),%eax
    movl %eax,-28(%rbp)
    cmpl -24(%rbp),%ebx
    jnle .Lj164
.Lj163:
    movl -28(%rbp),%eax
    movl %eax,-20(%rbp)
    movq -40(%rbp),%rbx
    leaq (%rbp),%rsp
    popq %rbp
    ret
WEIGHLEAVES:
    pushq %rbp
    movq %rsp,%rbp
    leaq -80(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movl %edx,-16(%rbp)
    movl $0,-24(%rbp)
    movl $0,-28(%rbp)
    movl $0,-32(%rbp)
    movl $1000,-36(%rbp)
    movl $0,-40(%rbp)
    movl $0,-44(%rbp)
    jmp .Lj170
.Lj169:
    movq -8(%rbp),%rax
    movl -24(%rbp),%ecx
    movq %rax,%rdx
    call identify_cpu
    movq -8(%rbp),%rax
    movslq -24(%rbp),%rdx
    movzbl (%rax,%rdx,1),%eax
    movl %eax,-44(%rbp)
    movl -28(%rbp),%eax
    addl -44(%rbp),%eax
    movl %eax,-28(%rbp)
    movl -24(%rbp),%edx
    movl -44(%rbp),%eax
    imull %edx,%eax
    addl -32(%rbp),%eax
    movl %eax,-32(%rbp)
    movl -44(%rbp),%eax
    cmpl -36(%rbp),%eax
    jnl .Lj173
    movl -44(%rbp),%eax
    movl %eax,-36(%rbp)
.Lj173:
    movl -44(%rbp),%eax
    cmpl -40(%rbp),%eax
    jng .Lj175
    movl -44(%rbp),%eax
    movl %eax,-40(%rbp)
.Lj175:
    addl $1,-24(%rbp)
.Lj170:
    movl -24(%rbp),%eax
    cmpl -16(%rbp),%eax
    jl .Lj169
    movl -36(%rbp),%eax
    leal (%eax,%eax,2),%edx
    movl -32(%rbp),%eax
    shll $1,%eax
    addl -28(%rbp),%eax
    addl %eax,%edx
    movl -40(%rbp),%eax
    leal (%eax,%eax,4),%eax
    addl %eax,%edx
    movl -44(%rbp),%eax
    imull $7,%eax,%eax
    addl %edx,%eax
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
