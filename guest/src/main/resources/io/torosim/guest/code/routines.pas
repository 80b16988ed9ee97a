{ ToroSim: pieces of a small kernel in Pascal, written for counting instructions. Not Toro's code: the same work, in
  the same style (pointers, records, one thing after the other), so that a compiler's optimisation has the same to do.

  Compiled for Win64, the target of January 2018, with a run-time library of its own (system.pas beside this file):
    fpc -Twin64 -Us -s -al -O2 system.pas; fpc -Twin64 -s -al -O2 routines.pas }
unit routines;

interface

type
  PNode = ^TNode;
  TNode = record
    Key: longint;
    Other: longint;
    Next: PNode;
  end;

  PBlockList = ^TBlockList;
  TBlockList = record
    Count: longint;
    Capacity: longint;
    Maximum: longint;
    Total: longint;
    List: ^pointer;
  end;

  PHeap = ^THeap;
  THeap = record
    ClassOf: array[0..1023] of byte;
    Lists: array[0..29] of TBlockList;
    CurrentAllocated: qword;
    CurrentVirtual: qword;
    Calls: qword;
  end;

  PPacket = ^TPacket;
  TPacket = record
    Size: longint;
    Flags: longint;
    Data: pbyte;
    Status: boolean;
    Ready: boolean;
    Delete: boolean;
    Next: PPacket;
  end;

  PCard = ^TCard;
  TCard = record
    Incoming: PPacket;
    IncomingTail: PPacket;
    Handled: qword;
    UsedIndex: word;
    LastUsed: word;
    QueueSize: word;
    Lengths: array[0..255] of longint;
    Buffers: array[0..255] of pbyte;
  end;

  PSocket = ^TSocket;
  TSocket = record
    SourcePort: longint;
    DestPort: longint;
    DestIp: longword;
    State: longint;
    Sequence: longword;
    Acknowledged: longword;
    RemoteWindow: longword;
    RemoteCount: longword;
    Buffer: pbyte;
    Reader: pbyte;
    BufferLength: longint;
    Event: longint;
    TimeOut: int64;
    Sender: PPacket;
    AckFlag: boolean;
    RemoteClose: boolean;
    Next: PSocket;
  end;

procedure CopyBytes(Source, Target: pbyte; Count: int64);
procedure FillDwords(Target: pointer; Count: int64; Value: longword);
function Checksum(Data: pbyte; Bytes: longint): word;
function ListSearch(Node: PNode; Key: longint): PNode;
function GetMemory(Heap: PHeap; Size: qword): pointer;
procedure ReceiveFrame(Card: PCard; Packet: PPacket);
function DispatchPacket(Card: PCard): longint;
procedure TcpInput(Socket: PSocket; Segment: pbyte; Length: longint);
procedure TcpOutput(Socket: PSocket; Segment: pbyte; Length, Flags: longint);
function VisitSocket(Socket: PSocket; Now: int64): longint;
function SocketSelect(Socket: PSocket; Milliseconds: int64; Now: int64): boolean;
function ReceiveByte(Socket: PSocket; Target: pbyte; Count: longint): longint;
function ParseBytes(Data, Target: pbyte; Count: longint): longint;
procedure Concatenate(Left, Right, Target: pbyte);
procedure PutCharacters(Screen: pbyte; Text: pbyte; Count: longint);
procedure ReadSectors(Target: pbyte; Count: longint);
function FeatureBits(Table: pbyte; Count: longint): longint;
function WeighLeaves(Table: pbyte; Count: longint): longint;

implementation

procedure TransferSector(Target: pbyte); external name 'transfer_sector';
procedure IdentifyCpu(Leaf: longint; Target: pbyte); external name 'identify_cpu';
procedure WritePort(Value, Port: longint); external name 'write_port';

procedure CopyBytes(Source, Target: pbyte; Count: int64);
var
  I: int64;
begin
  for I := 0 to Count - 1 do
    Target[I] := Source[I];
end;

procedure FillDwords(Target: pointer; Count: int64; Value: longword);
var
  P: ^longword;
begin
  P := Target;
  while Count > 0 do
  begin
    P^ := Value;
    P := P + 1;
    Count := Count - 1;
  end;
end;

function Checksum(Data: pbyte; Bytes: longint): word;
var
  Sum: longword;
  P: ^word;
begin
  Sum := 0;
  P := pointer(Data);
  while Bytes > 1 do
  begin
    Sum := Sum + P^;
    P := P + 1;
    Bytes := Bytes - 2;
  end;
  if Bytes > 0 then
    Sum := Sum + pbyte(P)^;
  Sum := (Sum and $ffff) + (Sum shr 16);
  Sum := (Sum and $ffff) + (Sum shr 16);
  Checksum := word(not Sum);
end;

function ListSearch(Node: PNode; Key: longint): PNode;
begin
  while Node <> nil do
  begin
    if Node^.Key = Key then
      break;
    Node := Node^.Next;
  end;
  ListSearch := Node;
end;

function GetMemory(Heap: PHeap; Size: qword): pointer;
var
  SizeClass: longint;
  List: PBlockList;
  Header: ^qword;
begin
  GetMemory := nil;
  if Size >= 8192 then
    exit;
  SizeClass := Heap^.ClassOf[Size shr 3];
  List := @Heap^.Lists[SizeClass];
  if List^.Count = 0 then
    exit;
  List^.Count := List^.Count - 1;
  GetMemory := List^.List[List^.Count];
  Header := pointer(qword(List^.List[List^.Count]) - 8);
  Header^ := (Header^ and not qword(1)) or (qword(SizeClass) shl 8);
  List^.Total := List^.Total + 1;
  if List^.Count > List^.Maximum then
    List^.Maximum := List^.Count;
  Heap^.CurrentAllocated := Heap^.CurrentAllocated + Size;
  Heap^.Calls := Heap^.Calls + 1;
end;

procedure Enqueue(Card: PCard; Packet: PPacket);
begin
  Packet^.Next := nil;
  if Card^.Incoming = nil then
    Card^.Incoming := Packet
  else
    Card^.IncomingTail^.Next := Packet;
  Card^.IncomingTail := Packet;
end;

procedure ReceiveFrame(Card: PCard; Packet: PPacket);
var
  Slot: longint;
begin
  Slot := Card^.LastUsed mod Card^.QueueSize;
  Packet^.Data := pointer(Packet) + sizeof(TPacket);
  Packet^.Size := Card^.Lengths[Slot] - 10;
  Packet^.Delete := false;
  Packet^.Ready := false;
  Card^.Handled := Card^.Handled + 1;
  Enqueue(Card, Packet);
  Card^.LastUsed := word(Card^.LastUsed + 1);
end;

function SwapWord(Value: word): word;
begin
  SwapWord := word((Value shr 8) or (Value shl 8));
end;

function SwapDword(Value: longword): longword;
begin
  SwapDword := (Value shr 24) or ((Value shr 8) and $ff00) or ((Value shl 8) and $ff0000) or (Value shl 24);
end;

function DispatchPacket(Card: PCard): longint;
var
  Packet: PPacket;
  Header: pbyte;
begin
  DispatchPacket := 0;
  Packet := Card^.Incoming;
  if Packet = nil then
    exit;
  Card^.Incoming := Packet^.Next;
  if Packet^.Next = nil then
    Card^.IncomingTail := nil;
  Packet^.Next := nil;
  Header := Packet^.Data;
  case SwapWord(pword(Header + 12)^) of
    $0800:
      case Header[23] of
        1: DispatchPacket := 1;
        6:
          if Header[47] = 2 then
            DispatchPacket := 2
          else if Header[47] and 16 <> 0 then
            DispatchPacket := 3
          else if Header[47] and 4 <> 0 then
            DispatchPacket := 4;
        17: DispatchPacket := 5;
      end;
    $0806: DispatchPacket := 6;
  end;
end;

procedure TcpInput(Socket: PSocket; Segment: pbyte; Length: longint);
var
  Data: longint;
  Flags: byte;
begin
  Flags := Segment[47];
  Data := SwapWord(pword(Segment + 16)^) - 40;
  Socket^.RemoteWindow := SwapWord(pword(Segment + 48)^);
  case Socket^.State of
    2:
      begin
        Socket^.State := 3;
        Socket^.Event := 1;
      end;
    3:
      if Flags = 16 then
      begin
        Socket^.AckFlag := true;
        Socket^.Acknowledged := SwapDword(plongword(Segment + 38)^) + longword(Data);
      end
      else if Flags and 24 = 24 then
      begin
        if SwapDword(plongword(Segment + 42)^) = Socket^.Sequence then
        begin
          Socket^.Acknowledged := SwapDword(plongword(Segment + 38)^) + longword(Data);
          Socket^.BufferLength := Socket^.BufferLength + Data;
          if (Socket^.Event <> 7) and (Socket^.Event <> 6) and (Socket^.Event <> 1) then
            Socket^.Event := 2;
        end;
      end;
    9:
      Socket^.AckFlag := true;
  end;
end;

procedure TcpOutput(Socket: PSocket; Segment: pbyte; Length, Flags: longint);
begin
  pword(Segment + 12)^ := SwapWord($0800);
  Segment[14] := $45;
  Segment[15] := 0;
  pword(Segment + 16)^ := SwapWord(word(Length + 40));
  plongword(Segment + 18)^ := 0;
  Segment[22] := 128;
  Segment[23] := 6;
  pword(Segment + 24)^ := 0;
  plongword(Segment + 26)^ := $64c864c0;
  plongword(Segment + 30)^ := Socket^.DestIp;
  pword(Segment + 34)^ := SwapWord(word(Socket^.SourcePort));
  pword(Segment + 36)^ := SwapWord(word(Socket^.DestPort));
  plongword(Segment + 38)^ := SwapDword(Socket^.Sequence);
  plongword(Segment + 42)^ := SwapDword(Socket^.Acknowledged);
  Segment[46] := $50;
  Segment[47] := byte(Flags);
  pword(Segment + 48)^ := SwapWord(word($4000 - Socket^.BufferLength));
  pword(Segment + 50)^ := 0;
  pword(Segment + 52)^ := 0;
  if Socket^.State <> 3 then
    Socket^.Sequence := Socket^.Sequence + 1;
end;

function VisitSocket(Socket: PSocket; Now: int64): longint;
begin
  VisitSocket := 0;
  case Socket^.Event of
    0:
      if Socket^.TimeOut < Now then
        VisitSocket := 4;
    1: VisitSocket := 1;
    2: VisitSocket := 2;
    5: VisitSocket := 5;
    7:
      if Socket^.Sender = nil then
        VisitSocket := 7;
  end;
  if Socket^.AckFlag and (Socket^.Sender <> nil) then
    VisitSocket := 8;
end;

function SocketSelect(Socket: PSocket; Milliseconds: int64; Now: int64): boolean;
begin
  SocketSelect := true;
  if Socket^.State = 5 then
    Socket^.Event := 5
  else if Socket^.Buffer + Socket^.BufferLength > Socket^.Reader then
    Socket^.Event := 2
  else
  begin
    Socket^.TimeOut := Now + Milliseconds * 2393000;
    Socket^.Event := 0;
    SocketSelect := false;
  end;
end;

function ReceiveByte(Socket: PSocket; Target: pbyte; Count: longint): longint;
var
  Length: longint;
begin
  ReceiveByte := 0;
  if (Socket^.State <> 3) and (Socket^.State <> 5) then
    exit;
  Length := longint(Socket^.Buffer + Socket^.BufferLength - Socket^.Reader);
  if Length = 0 then
    exit;
  if Count < Length then
    Length := Count;
  CopyBytes(Socket^.Reader, Target, Length);
  Socket^.Reader := Socket^.Reader + Length;
  ReceiveByte := Length;
end;

function ParseBytes(Data, Target: pbyte; Count: longint): longint;
var
  I: longint;
  C: byte;
begin
  I := 0;
  while I < Count do
  begin
    C := Data[I];
    if (I > 3) and (C = 32) then
      break;
    if I > 3 then
    begin
      Target^ := C;
      Target := Target + 1;
    end;
    I := I + 1;
  end;
  ParseBytes := I;
end;

procedure Concatenate(Left, Right, Target: pbyte);
begin
  while Left^ <> 0 do
  begin
    Target^ := Left^;
    Left := Left + 1;
    Target := Target + 1;
  end;
  while Right^ <> 0 do
  begin
    Target^ := Right^;
    Right := Right + 1;
    Target := Target + 1;
  end;
  Target^ := 0;
end;

procedure PutCharacter(Screen: pbyte; Column: longint; C: byte);
var
  Cell: pbyte;
begin
  Cell := Screen + 24 * 160 + Column * 2;
  Cell[1] := 7;
  Cell[0] := C;
  WritePort($0e, $3d4);
  WritePort(24, $3d5);
  WritePort($0f, $3d4);
  WritePort(Column + 1, $3d5);
end;

procedure PutCharacters(Screen: pbyte; Text: pbyte; Count: longint);
var
  I: longint;
begin
  I := 0;
  while I < Count do
  begin
    if (Text[I] <> 37) and (Text[I] <> 92) and (Text[I] <> 47) then
      PutCharacter(Screen, I, Text[I]);
    I := I + 1;
  end;
end;

procedure ReadSectors(Target: pbyte; Count: longint);
var
  I: longint;
begin
  I := 0;
  while I < Count do
  begin
    TransferSector(Target + I * 512);
    I := I + 1;
  end;
end;

function FeatureBits(Table: pbyte; Count: longint): longint;
var
  I, Sum: longint;
begin
  Sum := 0;
  for I := 0 to Count - 1 do
  begin
    IdentifyCpu(I, Table);
    Sum := Sum + Table[I];
  end;
  FeatureBits := Sum;
end;

{ Many variables live across a call: enough for every register that a callee preserves. }
function WeighLeaves(Table: pbyte; Count: longint): longint;
var
  I, Sum, Weighted, Least, Greatest, Last: longint;
begin
  I := 0;
  Sum := 0;
  Weighted := 0;
  Least := 1000;
  Greatest := 0;
  Last := 0;
  while I < Count do
  begin
    IdentifyCpu(I, Table);
    Last := Table[I];
    Sum := Sum + Last;
    Weighted := Weighted + I * Last;
    if Last < Least then
      Least := Last;
    if Last > Greatest then
      Greatest := Last;
    I := I + 1;
  end;
  WeighLeaves := Sum + Weighted * 2 + Least * 3 + Greatest * 5 + Last * 7;
end;

end.
