unit system;
interface
type
  hresult = longint;
  dword = longword;
  ttypekind = (tkunknown);
  pchar = ^char;
  pbyte = ^byte; pword = ^word; plongword = ^longword;
  ptrint = int64; ptruint = qword;
  sizeint = int64; sizeuint = qword;
  valsint = int64; valuint = qword;
  tguid = packed record d1: dword; d2: word; d3: word; d4: array[0..7] of byte; end;
  jmp_buf = packed record rbx: qword; end;
  pjmp_buf = ^jmp_buf;
  pexceptaddr = ^texceptaddr;
  texceptaddr = record buf: pjmp_buf; next: pexceptaddr; frametype: longint; end;
implementation
end.
