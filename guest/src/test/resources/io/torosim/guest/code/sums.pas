{ ToroSim: arithmetic in Pascal, for holding the interpreter of compiled code against a processor. Each function takes two
  64-bit numbers and gives one. }
unit sums;

interface

type
  PCell = ^TCell;
  TCell = record
    Value: int64;
    Next: PCell;
  end;

function ModSigned64(a, b: int64): int64;
function DivSigned64(a, b: int64): int64;
function ModUnsigned64(a, b: int64): int64;
function DivUnsigned64(a, b: int64): int64;
function ModSigned32(a, b: int64): int64;
function DivSigned32(a, b: int64): int64;
function ModUnsigned32(a, b: int64): int64;
function DivUnsigned32(a, b: int64): int64;
function ModSigned16(a, b: int64): int64;
function DivUnsigned8(a, b: int64): int64;
function DivByTen(a, b: int64): int64;
function ModByThousand32(a, b: int64): int64;
function UnsignedByTen(a, b: int64): int64;
function UnsignedBySeven32(a, b: int64): int64;
function DivByEight(a, b: int64): int64;
function Multiply(a, b: int64): int64;
function Multiply32(a, b: int64): int64;
function MultiplyUnsigned(a, b: int64): int64;
function Widening(a, b: int64): int64;
function Gcd(a, b: int64): int64;
function PowerModulo(a, b: int64): int64;
function Fibonacci(a, b: int64): int64;
function CountBits(a, b: int64): int64;
function ShiftLeft(a, b: int64): int64;
function ShiftRight(a, b: int64): int64;
function ShiftRight32(a, b: int64): int64;
function RotateLeft(a, b: int64): int64;
function Absolute(a, b: int64): int64;
function Largest(a, b: int64): int64;
function SmallestUnsigned(a, b: int64): int64;
function Sign(a, b: int64): int64;
function Compare(a, b: int64): int64;
function BothTrue(a, b: int64): int64;
function Bytes(a, b: int64): int64;
function SwapBytes(a, b: int64): int64;
function Hash(a, b: int64): int64;
function DigitSum(a, b: int64): int64;
function Root(a, b: int64): int64;
function Choose(a, b: int64): int64;
function SumOfList(a, b: int64): int64;
function SortedFourth(a, b: int64): int64;
function Narrowing(a, b: int64): int64;

implementation

function ModSigned64(a, b: int64): int64;
begin
  if b = 0 then ModSigned64 := -1 else ModSigned64 := a mod b;
end;

function DivSigned64(a, b: int64): int64;
begin
  if b = 0 then DivSigned64 := -1 else DivSigned64 := a div b;
end;

function ModUnsigned64(a, b: int64): int64;
begin
  if b = 0 then ModUnsigned64 := -1 else ModUnsigned64 := int64(qword(a) mod qword(b));
end;

function DivUnsigned64(a, b: int64): int64;
begin
  if b = 0 then DivUnsigned64 := -1 else DivUnsigned64 := int64(qword(a) div qword(b));
end;

function ModSigned32(a, b: int64): int64;
var x, y: longint;
begin
  x := longint(a); y := longint(b);
  if y = 0 then ModSigned32 := -1 else ModSigned32 := x mod y;
end;

function DivSigned32(a, b: int64): int64;
var x, y: longint;
begin
  x := longint(a); y := longint(b);
  if y = 0 then DivSigned32 := -1 else DivSigned32 := x div y;
end;

function ModUnsigned32(a, b: int64): int64;
var x, y: longword;
begin
  x := longword(a); y := longword(b);
  if y = 0 then ModUnsigned32 := -1 else ModUnsigned32 := x mod y;
end;

function DivUnsigned32(a, b: int64): int64;
var x, y: longword;
begin
  x := longword(a); y := longword(b);
  if y = 0 then DivUnsigned32 := -1 else DivUnsigned32 := x div y;
end;

function ModSigned16(a, b: int64): int64;
var x, y: smallint;
begin
  x := smallint(a); y := smallint(b);
  if y = 0 then ModSigned16 := -1 else ModSigned16 := x mod y;
end;

function DivUnsigned8(a, b: int64): int64;
var x, y: byte;
begin
  x := byte(a); y := byte(b);
  if y = 0 then DivUnsigned8 := -1 else DivUnsigned8 := x div y;
end;

function DivByTen(a, b: int64): int64;
begin
  DivByTen := a div 10 + b mod 10;
end;

function ModByThousand32(a, b: int64): int64;
begin
  ModByThousand32 := longint(a) mod 1000 - longint(b) div 1000;
end;

function UnsignedByTen(a, b: int64): int64;
begin
  UnsignedByTen := int64(qword(a) div 10) + int64(qword(b) mod 10);
end;

function UnsignedBySeven32(a, b: int64): int64;
begin
  UnsignedBySeven32 := longword(a) div 7 + longword(b) mod 7;
end;

function DivByEight(a, b: int64): int64;
begin
  DivByEight := a div 8 - b mod 8 + longint(a) div 4;
end;

function Multiply(a, b: int64): int64;
begin
  Multiply := a * b + a * 10 - b * 7;
end;

function Multiply32(a, b: int64): int64;
begin
  Multiply32 := longint(longint(a) * longint(b));
end;

function MultiplyUnsigned(a, b: int64): int64;
begin
  MultiplyUnsigned := int64(qword(a) * qword(b));
end;

function Widening(a, b: int64): int64;
begin
  Widening := int64(longint(a)) * longint(b) + int64(longword(a)) * byte(b);
end;

function Gcd(a, b: int64): int64;
var t: int64;
begin
  while b <> 0 do
  begin
    t := a mod b;
    a := b;
    b := t;
  end;
  if a < 0 then a := -a;
  Gcd := a;
end;

function PowerModulo(a, b: int64): int64;
var base, result_, e: qword;
begin
  base := qword(a) mod 1000003;
  e := qword(b) and 1023;
  result_ := 1;
  while e <> 0 do
  begin
    if (e and 1) <> 0 then result_ := result_ * base mod 1000003;
    base := base * base mod 1000003;
    e := e shr 1;
  end;
  PowerModulo := int64(result_);
end;

function Fibonacci(a, b: int64): int64;
var i: longint; x, y, t: int64;
begin
  x := 0; y := 1;
  for i := 1 to longint(a and 63) do
  begin
    t := x + y;
    x := y;
    y := t;
  end;
  Fibonacci := x + b;
end;

function CountBits(a, b: int64): int64;
var n: longint; v: qword;
begin
  n := 0;
  v := qword(a xor b);
  while v <> 0 do
  begin
    v := v and (v - 1);
    inc(n);
  end;
  CountBits := n;
end;

function ShiftLeft(a, b: int64): int64;
begin
  ShiftLeft := a shl (b and 63);
end;

function ShiftRight(a, b: int64): int64;
begin
  ShiftRight := int64(qword(a) shr (b and 63));
end;

function ShiftRight32(a, b: int64): int64;
begin
  ShiftRight32 := longword(a) shr (b and 31) + longword(longword(b) shl 3);
end;

function RotateLeft(a, b: int64): int64;
var n: longint;
begin
  n := longint(b and 31) + 1;
  RotateLeft := int64((qword(a) shl n) or (qword(a) shr (64 - n)));
end;

function Absolute(a, b: int64): int64;
begin
  if a < 0 then a := -a;
  if b < 0 then b := -b;
  Absolute := a xor b;
end;

function Largest(a, b: int64): int64;
begin
  if a > b then Largest := a else Largest := b;
end;

function SmallestUnsigned(a, b: int64): int64;
begin
  if qword(a) < qword(b) then SmallestUnsigned := a else SmallestUnsigned := b;
end;

function Sign(a, b: int64): int64;
begin
  if a - b > 0 then Sign := 1
  else if a - b < 0 then Sign := -1
  else Sign := 0;
end;

function Compare(a, b: int64): int64;
begin
  Compare := ord(a < b) + 2 * ord(a <= b) + 4 * ord(qword(a) > qword(b)) + 8 * ord(longint(a) >= longint(b))
    + 16 * ord(a = b) + 32 * ord(word(a) <> word(b)) + 64 * ord(byte(a) < byte(b)) + 128 * ord(shortint(a) < shortint(b));
end;

function BothTrue(a, b: int64): int64;
var x, y: boolean;
begin
  x := (a > 0) and (b > 0);
  y := (a < 0) or not (b < 0);
  BothTrue := ord(x) + 2 * ord(y) + 4 * ord(x xor y);
end;

function Bytes(a, b: int64): int64;
var i, s: longint; p: pbyte;
begin
  s := 0;
  p := @a;
  for i := 0 to 7 do
    s := s * 3 + p[i];
  p := @b;
  for i := 7 downto 0 do
    s := s xor (p[i] shl (i * 2));
  Bytes := s;
end;

function SwapBytes(a, b: int64): int64;
var w: word; d: longword;
begin
  w := word(a);
  w := word((w shr 8) or (w shl 8));
  d := longword(b);
  d := (d shr 24) or ((d shr 8) and $ff00) or ((d shl 8) and $ff0000) or (d shl 24);
  SwapBytes := int64(d) shl 16 + w;
end;

function Hash(a, b: int64): int64;
var h: longword; i: longint;
begin
  h := 2166136261;
  for i := 0 to 7 do
  begin
    h := longword((h xor byte(a shr (i * 8))) * 16777619);
    h := longword((h xor byte(b shr (i * 8))) * 16777619);
  end;
  Hash := h;
end;

function DigitSum(a, b: int64): int64;
var v: qword; s: longint;
begin
  v := qword(a) xor qword(b);
  s := 0;
  repeat
    s := s + longint(v mod 10);
    v := v div 10;
  until v = 0;
  DigitSum := s;
end;

function Root(a, b: int64): int64;
var low, high, middle: int64;
begin
  low := 0;
  high := 3037000499;
  a := a and $7fffffffffffffff;
  while low < high do
  begin
    middle := (low + high + 1) div 2;
    if middle * middle <= a then low := middle else high := middle - 1;
  end;
  Root := low + b;
end;

function Choose(a, b: int64): int64;
begin
  case byte(a) and 3 of
    0: Choose := b + 1;
    1: Choose := b - 1;
    2: Choose := not b;
  else
    Choose := -b;
  end;
end;

function SumOfList(a, b: int64): int64;
var cells: array[0..7] of TCell; i: longint; p: PCell; s: int64;
begin
  for i := 0 to 7 do
  begin
    cells[i].Value := a + b * i;
    if i < 7 then cells[i].Next := @cells[i + 1] else cells[i].Next := nil;
  end;
  s := 0;
  p := @cells[0];
  while p <> nil do
  begin
    s := s xor (p^.Value + s shl 1);
    p := p^.Next;
  end;
  SumOfList := s;
end;

function SortedFourth(a, b: int64): int64;
var v: array[0..7] of longint; i, j, t: longint;
begin
  for i := 0 to 7 do
    v[i] := longint((a shr (i * 5)) xor (b shr (i * 7)));
  for i := 1 to 7 do
  begin
    t := v[i];
    j := i - 1;
    while (j >= 0) and (v[j] > t) do
    begin
      v[j + 1] := v[j];
      dec(j);
    end;
    v[j + 1] := t;
  end;
  SortedFourth := v[3];
end;

function Narrowing(a, b: int64): int64;
var x: shortint; y: smallint; z: word;
begin
  x := shortint(a);
  y := smallint(b);
  z := word(a + b);
  Narrowing := x * y - z;
end;

end.
