COPYBYTES:
    pushq %rbp
    movq %rsp,%rbp
    leaq -32(%rsp),%rsp
    movq %rcx,-8(%rbp)
    movq %rdx,-16(%rbp)
    movq %r8,-24(%rbp)
    movq -24(%rbp),%rax
    leaq -1(%rax),%rax
    cmpq $0,%rax
    jge .Lj5
    jmp .Lj6
.Lj5:
    movq $-1,-32(%rbp)
.Lj7:
    movq -32(%rbp),%rdx
    leaq 1(%rdx),%rdx
    movq %rdx,-32(%rbp)
    movq -16(%rbp),%r9
    movq -32(%rbp),%r8
    movq -8(%rbp),%rcx
    movq -32(%rbp),%rdx
    movb (%rcx,%rdx,1),%dl
    movb %dl,(%r9,%r8,1)
    cmpq -32(%rbp),%rax
    jle .Lj9
    jmp .Lj7
.Lj9:
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
    movq -32(%rbp),%rax
    leaq 4(%rax),%rax
    movq %rax,-32(%rbp)
    movq -16(%rbp),%rax
    leaq -1(%rax),%rax
    movq %rax,-16(%rbp)
.Lj13:
    cmpq $0,-16(%rbp)
    jg .Lj12
    jmp .Lj14
.Lj14:
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
    movq -32(%rbp),%rax
    leaq 2(%rax),%rax
    movq %rax,-32(%rbp)
    movl -16(%rbp),%eax
    leal -2(%eax),%eax
    movl %eax,-16(%rbp)
.Lj18:
    cmpl $1,-16(%rbp)
    jg .Lj17
    jmp .Lj19
.Lj19:
    cmpl $0,-16(%rbp)
    jg .Lj20
    jmp .Lj21
.Lj20:
    movq -32(%rbp),%rax
    movzbl (%rax),%eax
    addl -24(%rbp),%eax
    movl %eax,-24(%rbp)
.Lj21:
    movl -24(%rbp),%eax
    andl $65535,%eax
    movl -24(%rbp),%edx
    shrl $16,%edx
    leal (%eax,%edx),%eax
    movl %eax,-24(%rbp)
    movl -24(%rbp),%eax
    andl $65535,%eax
    movl -24(%rbp),%edx
    shrl $16,%edx
    leal (%eax,%edx),%eax
    movl %eax,-24(%rbp)
    movl -24(%rbp),%eax
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
    je .Lj27
    jmp .Lj28
.Lj27:
    jmp .Lj26
.Lj28:
    movq -8(%rbp),%rax
    movq 8(%rax),%rax
    movq %rax,-8(%rbp)
.Lj25:
    cmpq $0,-8(%rbp)
    jne .Lj24
    jmp .Lj26
.Lj26:
    movq -8(%rbp),%rax
    movq %rax,-24(%rbp)
    movq -24(%rbp),%rax
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
    jae .Lj31
    jmp .Lj32
.Lj31:
    jmp .Lj29
.Lj32:
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
    movq -40(%rbp),%rax
    cmpl $0,(%rax)
    je .Lj33
    jmp .Lj34
.Lj33:
    jmp .Lj29
.Lj34:
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
    leaq -8(%rax),%rax
    movq %rax,-48(%rbp)
    movq -48(%rbp),%rax
    movq (%rax),%rax
    andq $-2,%rax
    movslq -28(%rbp),%rdx
    shlq $8,%rdx
    orq %rdx,%rax
    movq -48(%rbp),%rdx
    movq %rax,(%rdx)
    movq -40(%rbp),%rax
    movl 12(%rax),%eax
    leal 1(%eax),%eax
    movq -40(%rbp),%rdx
    movl %eax,12(%rdx)
    movq -40(%rbp),%rax
    movq -40(%rbp),%rdx
    movl (%rax),%eax
    cmpl 8(%rdx),%eax
    jg .Lj35
    jmp .Lj36
.Lj35:
    movq -40(%rbp),%rdx
    movq -40(%rbp),%rax
    movl (%rax),%eax
    movl %eax,8(%rdx)
.Lj36:
    movq -8(%rbp),%rax
    movq 1744(%rax),%rdx
    movq -16(%rbp),%rax
    leaq (%rdx,%rax),%rax
    movq -8(%rbp),%rdx
    movq %rax,1744(%rdx)
    movq -8(%rbp),%rax
    movq 1760(%rax),%rax
    leaq 1(%rax),%rax
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
    movq -16(%rbp),%rax
    movq $0,24(%rax)
    movq -8(%rbp),%rax
    cmpq $0,(%rax)
    je .Lj39
    jmp .Lj40
.Lj39:
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
    leaq 32(%rax),%rax
    movq %rax,8(%rdx)
    movq -8(%rbp),%rdx
    movl -20(%rbp),%eax
    movl 32(%rdx,%rax,4),%eax
    leal -10(%eax),%eax
    movq -16(%rbp),%rdx
    movl %eax,(%rdx)
    movq -16(%rbp),%rax
    movb $0,18(%rax)
    movq -16(%rbp),%rax
    movb $0,17(%rax)
    movq -8(%rbp),%rax
    movq 16(%rax),%rax
    leaq 1(%rax),%rax
    movq -8(%rbp),%rdx
    movq %rax,16(%rdx)
    movq -16(%rbp),%rdx
    movq -8(%rbp),%rcx
    call ENQUEUE
    movq -8(%rbp),%rax
    movzwl 26(%rax),%eax
    leal 1(%eax),%eax
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
    movl -8(%rbp),%eax
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
    movl %eax,-12(%rbp)
    movl -12(%rbp),%eax
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
    cmpq $0,-24(%rbp)
    je .Lj50
    jmp .Lj51
.Lj50:
    jmp .Lj48
.Lj51:
    movq -8(%rbp),%rdx
    movq -24(%rbp),%rax
    movq 24(%rax),%rax
    movq %rax,(%rdx)
    movq -24(%rbp),%rax
    cmpq $0,24(%rax)
    je .Lj52
    jmp .Lj53
.Lj52:
    movq -8(%rbp),%rax
    movq $0,8(%rax)
.Lj53:
    movq -24(%rbp),%rax
    movq $0,24(%rax)
    movq -24(%rbp),%rax
    movq 8(%rax),%rax
    movq %rax,-32(%rbp)
    movq -32(%rbp),%rax
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
    jb .Lj59
    subb $1,%al
    je .Lj60
    subb $5,%al
    je .Lj61
    subb $11,%al
    je .Lj62
    jmp .Lj59
.Lj60:
    movl $1,-12(%rbp)
    jmp .Lj58
.Lj61:
    movq -32(%rbp),%rax
    cmpb $2,47(%rax)
    je .Lj63
    jmp .Lj64
.Lj63:
    movl $2,-12(%rbp)
    jmp .Lj65
.Lj64:
    movq -32(%rbp),%rax
    movzbw 47(%rax),%ax
    andw $16,%ax
    testw %ax,%ax
    jne .Lj66
    jmp .Lj67
.Lj66:
    movl $3,-12(%rbp)
    jmp .Lj68
.Lj67:
    movq -32(%rbp),%rax
    movzbw 47(%rax),%ax
    andw $4,%ax
    testw %ax,%ax
    jne .Lj69
    jmp .Lj70
.Lj69:
    movl $4,-12(%rbp)
.Lj70:
.Lj68:
.Lj65:
    jmp .Lj58
.Lj62:
    movl $5,-12(%rbp)
    jmp .Lj58
.Lj59:
.Lj58:
    jmp .Lj54
.Lj57:
    movl $6,-12(%rbp)
    jmp .Lj54
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
    movzwl %ax,%eax
    subl $40,%eax
    movl %eax,-28(%rbp)
    movq -16(%rbp),%rax
    movzwl 48(%rax),%ecx
    call SWAPWORD
    movzwl %ax,%eax
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
    je .Lj78
    jmp .Lj79
.Lj78:
    movq -8(%rbp),%rax
    movb $1,72(%rax)
    movq -16(%rbp),%rax
    movl 38(%rax),%ecx
    call SWAPDWORD
    addl -28(%rbp),%eax
    movq -8(%rbp),%rdx
    movl %eax,20(%rdx)
    jmp .Lj80
.Lj79:
    movzbw -32(%rbp),%ax
    andw $24,%ax
    cmpw $24,%ax
    je .Lj81
    jmp .Lj82
.Lj81:
    movq -16(%rbp),%rax
    movl 42(%rax),%ecx
    call SWAPDWORD
    movq -8(%rbp),%rdx
    cmpl 16(%rdx),%eax
    je .Lj83
    jmp .Lj84
.Lj83:
    movq -16(%rbp),%rax
    movl 38(%rax),%ecx
    call SWAPDWORD
    addl -28(%rbp),%eax
    movq -8(%rbp),%rdx
    movl %eax,20(%rdx)
    movq -8(%rbp),%rax
    movl 48(%rax),%edx
    movl -28(%rbp),%eax
    leal (%edx,%eax),%eax
    movq -8(%rbp),%rdx
    movl %eax,48(%rdx)
    movq -8(%rbp),%rax
    cmpl $7,52(%rax)
    jne .Lj85
    jmp .Lj86
.Lj85:
    movq -8(%rbp),%rax
    cmpl $6,52(%rax)
    jne .Lj87
    jmp .Lj86
.Lj87:
    movq -8(%rbp),%rax
    cmpl $1,52(%rax)
    jne .Lj88
    jmp .Lj86
.Lj88:
    movq -8(%rbp),%rax
    movl $2,52(%rax)
.Lj86:
.Lj84:
.Lj82:
.Lj80:
    jmp .Lj73
.Lj77:
    movq -8(%rbp),%rax
    movb $1,72(%rax)
    jmp .Lj73
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
    movl $2048,%eax
    movl %eax,%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,12(%rdx)
    movq -16(%rbp),%rax
    movb $69,14(%rax)
    movq -16(%rbp),%rax
    movb $0,15(%rax)
    movl -24(%rbp),%eax
    leal 40(%eax),%ecx
    movzwl %cx,%ecx
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
    movzwl %cx,%ecx
    call SWAPWORD
    movq -16(%rbp),%rdx
    movw %ax,48(%rdx)
    movq -16(%rbp),%rax
    movw $0,50(%rax)
    movq -16(%rbp),%rax
    movw $0,52(%rax)
    movq -8(%rbp),%rax
    cmpl $3,12(%rax)
    jne .Lj91
    jmp .Lj92
.Lj91:
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
    jl .Lj102
    jmp .Lj103
.Lj102:
    movl $4,-20(%rbp)
.Lj103:
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
    je .Lj104
    jmp .Lj105
.Lj104:
    movl $7,-20(%rbp)
.Lj105:
    jmp .Lj95
.Lj96:
.Lj95:
    movq -8(%rbp),%rax
    cmpb $0,72(%rax)
    jne .Lj106
    jmp .Lj107
.Lj106:
    movq -8(%rbp),%rax
    cmpq $0,64(%rax)
    jne .Lj108
    jmp .Lj107
.Lj108:
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
    je .Lj111
    jmp .Lj112
.Lj111:
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
    ja .Lj114
    jmp .Lj115
.Lj114:
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
    jne .Lj119
    jmp .Lj120
.Lj119:
    movq -8(%rbp),%rax
    cmpl $5,12(%rax)
    jne .Lj121
    jmp .Lj120
.Lj121:
    jmp .Lj117
.Lj120:
    movq -8(%rbp),%rax
    movslq 48(%rax),%rax
    movq -8(%rbp),%rdx
    addq 32(%rdx),%rax
    movq -8(%rbp),%rdx
    subq 40(%rdx),%rax
    movl %eax,-32(%rbp)
    cmpl $0,-32(%rbp)
    je .Lj122
    jmp .Lj123
.Lj122:
    jmp .Lj117
.Lj123:
    movl -24(%rbp),%eax
    cmpl -32(%rbp),%eax
    jl .Lj124
    jmp .Lj125
.Lj124:
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
    jg .Lj131
    jmp .Lj132
.Lj131:
    cmpb $32,-36(%rbp)
    je .Lj133
    jmp .Lj132
.Lj133:
    jmp .Lj130
.Lj132:
    cmpl $3,-32(%rbp)
    jg .Lj134
    jmp .Lj135
.Lj134:
    movq -16(%rbp),%rax
    movb -36(%rbp),%dl
    movb %dl,(%rax)
    movq -16(%rbp),%rax
    leaq 1(%rax),%rax
    movq %rax,-16(%rbp)
.Lj135:
    movl -32(%rbp),%eax
    leal 1(%eax),%eax
    movl %eax,-32(%rbp)
.Lj129:
    movl -32(%rbp),%eax
    cmpl -24(%rbp),%eax
    jl .Lj128
    jmp .Lj130
.Lj130:
    movl -32(%rbp),%eax
    movl %eax,-28(%rbp)
    movl -28(%rbp),%eax
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
    movq -8(%rbp),%rax
    leaq 1(%rax),%rax
    movq %rax,-8(%rbp)
    movq -24(%rbp),%rax
    leaq 1(%rax),%rax
    movq %rax,-24(%rbp)
.Lj139:
    movq -8(%rbp),%rax
    cmpb $0,(%rax)
    jne .Lj138
    jmp .Lj140
.Lj140:
    jmp .Lj142
.Lj141:
    movq -24(%rbp),%rdx
    movq -16(%rbp),%rax
    movb (%rax),%al
    movb %al,(%rdx)
    movq -16(%rbp),%rax
    leaq 1(%rax),%rax
    movq %rax,-16(%rbp)
    movq -24(%rbp),%rax
    leaq 1(%rax),%rax
    movq %rax,-24(%rbp)
.Lj142:
    movq -16(%rbp),%rax
    cmpb $0,(%rax)
    jne .Lj141
    jmp .Lj143
.Lj143:
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
    leaq 3840(%rdx),%rdx
    leaq (%rax,%rdx),%rax
    movq %rax,-32(%rbp)
    movq -32(%rbp),%rax
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
    jne .Lj151
    jmp .Lj152
.Lj151:
    movq -16(%rbp),%rdx
    movslq -28(%rbp),%rax
    cmpb $92,(%rdx,%rax,1)
    jne .Lj153
    jmp .Lj152
.Lj153:
    movq -16(%rbp),%rax
    movslq -28(%rbp),%rdx
    cmpb $47,(%rax,%rdx,1)
    jne .Lj154
    jmp .Lj152
.Lj154:
    movq -16(%rbp),%rax
    movslq -28(%rbp),%rdx
    movzbl (%rax,%rdx,1),%r8d
    movl -28(%rbp),%edx
    movq -8(%rbp),%rcx
    call PUTCHARACTER
.Lj152:
    movl -28(%rbp),%eax
    leal 1(%eax),%eax
    movl %eax,-28(%rbp)
.Lj149:
    movl -28(%rbp),%eax
    cmpl -24(%rbp),%eax
    jl .Lj148
    jmp .Lj150
.Lj150:
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
    movl -20(%rbp),%eax
    leal 1(%eax),%eax
    movl %eax,-20(%rbp)
.Lj158:
    movl -20(%rbp),%eax
    cmpl -16(%rbp),%eax
    jl .Lj157
    jmp .Lj159
.Lj159:
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
    cmpl $0,%ebx
    jge .Lj162
    jmp .Lj163
.Lj162:
    movl $-1,-24(%rbp)
.Lj164:
    movl -24(%rbp),%eax
    leal 1(%eax),%eax
    movl %eax,-24(%rbp)
    movq -8(%rbp),%rdx
    movl -24(%rbp),%ecx
    call identify_cpu
    movq -8(%rbp),%rax
    movslq -24(%rbp),%rdx
    movzbl (%rax,%rdx,1),%eax
    addl -28(%rbp),%eax
    movl %eax,-28(%rbp)
    cmpl -24(%rbp),%ebx
    jle .Lj166
    jmp .Lj164
.Lj166:
.Lj163:
    movl -28(%rbp),%eax
    movl %eax,-20(%rbp)
    movl -20(%rbp),%eax
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
    movl -44(%rbp),%edx
    leal (%eax,%edx),%eax
    movl %eax,-28(%rbp)
    movl -24(%rbp),%edx
    movl -44(%rbp),%eax
    imull %edx,%eax
    addl -32(%rbp),%eax
    movl %eax,-32(%rbp)
    movl -44(%rbp),%eax
    cmpl -36(%rbp),%eax
    jl .Lj172
    jmp .Lj173
.Lj172:
    movl -44(%rbp),%eax
    movl %eax,-36(%rbp)
.Lj173:
    movl -44(%rbp),%eax
    cmpl -40(%rbp),%eax
    jg .Lj174
    jmp .Lj175
.Lj174:
    movl -44(%rbp),%eax
    movl %eax,-40(%rbp)
.Lj175:
    movl -24(%rbp),%eax
    leal 1(%eax),%eax
    movl %eax,-24(%rbp)
.Lj170:
    movl -24(%rbp),%eax
    cmpl -16(%rbp),%eax
    jl .Lj169
    jmp .Lj171
.Lj171:
    movl -36(%rbp),%eax
    leal (%eax,%eax,2),%edx
    movl -32(%rbp),%eax
    shll $1,%eax
    addl -28(%rbp),%eax
    leal (%edx,%eax),%edx
    movl -40(%rbp),%eax
    leal (%eax,%eax,4),%eax
    leal (%edx,%eax),%edx
    movl -44(%rbp),%eax
    imull $7,%eax,%eax
    leal (%edx,%eax),%eax
    movl %eax,-20(%rbp)
    movl -20(%rbp),%eax
    nop
    leaq (%rbp),%rsp
    popq %rbp
    ret
