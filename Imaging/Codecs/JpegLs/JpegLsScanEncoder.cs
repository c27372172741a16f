using System.Runtime.CompilerServices;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>Encodes one lossless scan whose samples use the whole range of the precision. Lines have edges as in the decoder.</summary>
internal sealed class JpegLsScanEncoder
{
    private readonly JpegLsModel _model;
    private readonly JpegLsBitWriter _bits;
    private readonly int _width;
    private readonly int[] _runIndex;
    private ushort[][] _lines;
    private ushort[][] _above;

    public JpegLsScanEncoder(JpegLsModel model, JpegLsBitWriter bits, int width, int components)
    {
        (_model, _bits, _width, _runIndex) = (model, bits, width, new int[components]);
        _lines = new ushort[components][];
        _above = new ushort[components][];
        for (var i = 0; i < components; i++) (_lines[i], _above[i]) = (new ushort[width + 2], new ushort[width + 2]);
    }

    /// <summary>The line just begun, to be filled before it is encoded.</summary>
    public Span<ushort> Line(int component) => _lines[component].AsSpan(1, _width);

    public void NextLine() => (_lines, _above) = (_above, _lines);

    public void EncodeLines()
    {
        Reserve();
        for (var i = 0; i < _lines.Length; i++) EncodeLine(_above[i], _lines[i], ref _runIndex[i]);
    }

    public void EncodeSampleLine()
    {
        Reserve();
        Span<int> contexts = stackalloc int[_lines.Length];
        for (var c = 0; c < _lines.Length; c++) CloseEdges(_above[c], _lines[c]);
        for (var i = 1; i <= _width;)
        {
            var isFlat = true;
            for (var c = 0; c < _lines.Length; c++)
            {
                var above = _above[c];
                contexts[c] = Context(_lines[c][i - 1], above[i], above[i - 1], above[i + 1]);
                isFlat &= contexts[c] == 0;
            }
            if (isFlat)
            {
                i = EncodeSampleRun(i);
                continue;
            }
            for (var c = 0; c < _lines.Length; c++)
                EncodeRegular(contexts[c], _lines[c][i], _lines[c][i - 1], _above[c][i], _above[c][i - 1]);
            i++;
        }
    }

    /// <summary>No sample takes more than the limit of 64 bits, with stuffing and what was pending below ten bytes.</summary>
    private void Reserve() => _bits.Reserve(_width * _lines.Length * 10 + 64);

    private void CloseEdges(ushort[] above, ushort[] line)
    {
        line[0] = above[1];
        line[_width + 1] = line[_width];
    }

    private void EncodeLine(ushort[] above, ushort[] line, ref int runIndex)
    {
        CloseEdges(above, line);
        var (max, limit, rangeBits, reset, bits) = (_model.MaxValue, _model.Limit, _model.RangeBits, _model.Reset, _bits);
        var (contexts, escape) = (_model.Regular, limit - rangeBits - 1);
        // Samples never leave 0…max, so differences stay inside the table.
        ref var gradient = ref _model.Gradients[max];
        // The whole range of the precision is in use: reduction modulo the range is an extension of the sign (§A.4.5).
        var spare = 32 - rangeBits;
        // The writer's state lives in registers through the line; it goes back wherever the writer itself is asked.
        var (cache, pending) = (bits.Cache, bits.Pending);
        int a = line[0], b = above[0], d = above[1];
        for (var i = 1; i < above.Length - 1;)
        {
            var c = b;
            b = d;
            d = above[i + 1];
            var q = (Unsafe.Add(ref gradient, d - b) * 9 + Unsafe.Add(ref gradient, b - c)) * 9 + Unsafe.Add(ref gradient, c - a);
            if (q == 0)
            {
                (bits.Cache, bits.Pending) = (cache, pending);
                i = EncodeRun(above, line, i, ref runIndex);
                (cache, pending) = (bits.Cache, bits.Pending);
                (a, b, d) = (line[i - 1], above[i - 1], above[Math.Min(i, above.Length - 1)]);
                continue;
            }
            var sign = q >> 31;
            ref var context = ref contexts[(q ^ sign) - sign];
            var predicted = JpegLsModel.Predict(a, b, c) + ((context.C ^ sign) - sign);
            if ((uint)predicted > (uint)max) predicted = predicted < 0 ? 0 : max;
            a = line[i++];
            var error = (((a - predicted) ^ sign) - sign) << spare >> spare;
            var k = JpegLsModel.Golomb(context.N, context.A);
            var mapped = k == 0 && 2 * context.B <= -context.N ? Map(~error) : Map(error);
            var zeros = mapped >> k;
            if (zeros < escape && zeros + 1 + k <= 32)
            {
                cache = cache << (zeros + 1 + k) | 1u << k | (uint)mapped & ((1u << k) - 1);
                pending += zeros + 1 + k;
                if (pending >= 32)
                {
                    (bits.Cache, bits.Pending) = (cache, pending);
                    bits.Drain();
                    pending = bits.Pending;
                }
            }
            else
            {
                (bits.Cache, bits.Pending) = (cache, pending);
                bits.PutGolomb(mapped, k, limit, rangeBits);
                (cache, pending) = (bits.Cache, bits.Pending);
            }
            JpegLsModel.Update(ref context, error, 1, reset);
        }
        (bits.Cache, bits.Pending) = (cache, pending);
    }

    private int Context(int a, int b, int c, int d)
    {
        var gradients = _model.Gradients;
        var max = _model.MaxValue;
        return (gradients[d - b + max] * 9 + gradients[b - c + max]) * 9 + gradients[c - a + max];
    }

    private void EncodeRegular(int q, int value, int a, int b, int c)
    {
        var max = _model.MaxValue;
        var sign = q >> 31;
        ref var context = ref _model.Regular[(q ^ sign) - sign];
        var predicted = JpegLsModel.Predict(a, b, c) + ((context.C ^ sign) - sign);
        if ((uint)predicted > (uint)max) predicted = predicted < 0 ? 0 : max;
        var error = Reduce(((value - predicted) ^ sign) - sign);
        var k = JpegLsModel.Golomb(context.N, context.A);
        // 2e for e ≥ 0, −2e − 1 below; the inverted mapping swaps the roles of e and −e − 1 (T.87 §A.5.2).
        var mapped = k == 0 && 2 * context.B <= -context.N ? Map(~error) : Map(error);
        _bits.PutGolomb(mapped, k, _model.Limit, _model.RangeBits);
        JpegLsModel.Update(ref context, error, 1, _model.Reset);
    }

    private int EncodeRun(ushort[] above, ushort[] line, int i, ref int runIndex)
    {
        int a = line[i - 1];
        var same = line.AsSpan(i, _width - i + 1).IndexOfAnyExcept((ushort)a);
        var count = same < 0 ? _width - i + 1 : same;
        EncodeRunLength(count, same < 0, ref runIndex);
        i += count;
        if (same < 0) return i;
        int b = above[i];
        if (a == b) EncodeInterruption(1, line[i] - a, runIndex);
        else EncodeInterruption(0, a > b ? b - line[i] : line[i] - b, runIndex);
        if (runIndex > 0) runIndex--;
        return i + 1;
    }

    private int EncodeSampleRun(int i)
    {
        var count = _width - i + 1;
        foreach (var line in _lines)
        {
            var same = line.AsSpan(i, count).IndexOfAnyExcept(line[i - 1]);
            if (same >= 0) count = same;
        }
        var isWhole = count == _width - i + 1;
        EncodeRunLength(count, isWhole, ref _runIndex[0]);
        i += count;
        if (isWhole) return i;
        for (var c = 0; c < _lines.Length; c++)
        {
            int a = _lines[c][i - 1], b = _above[c][i], value = _lines[c][i];
            EncodeInterruption(0, a > b ? b - value : value - b, _runIndex[0]);
        }
        if (_runIndex[0] > 0) _runIndex[0]--;
        return i + 1;
    }

    private void EncodeRunLength(int count, bool isWhole, ref int runIndex)
    {
        while (count >= 1 << JpegLsModel.RunOrder[runIndex])
        {
            _bits.Put(1, 1);
            count -= 1 << JpegLsModel.RunOrder[runIndex];
            if (runIndex < JpegLsModel.LastRunIndex) runIndex++;
        }
        if (!isWhole) _bits.Put((uint)count, 1 + JpegLsModel.RunOrder[runIndex]);
        else if (count > 0) _bits.Put(1, 1);
    }

    private void EncodeInterruption(int type, int difference, int runIndex)
    {
        ref var context = ref _model.Runs[type];
        var error = Reduce(difference);
        var k = JpegLsModel.Golomb(context, type);
        var isMostlyNegative = k != 0 || 2 * context.Negative >= context.N;
        var map = error != 0 && error < 0 == isMostlyNegative ? 1 : 0;
        var mapped = 2 * Math.Abs(error) - type - map;
        _bits.PutGolomb(mapped, k, _model.Limit - JpegLsModel.RunOrder[runIndex] - 1, _model.RangeBits);
        JpegLsModel.Update(ref context, error, mapped, type, _model.Reset);
    }

    private static int Map(int error) => error << 1 ^ error >> 31;

    /// <summary>Into the range that has only one name for each difference (§A.4.5).</summary>
    private int Reduce(int error)
    {
        var range = _model.Range;
        if (error < 0) error += range;
        return error >= (range + 1) / 2 ? error - range : error;
    }
}
