using System.Numerics;
using System.Runtime.CompilerServices;

namespace Regional.Imaging.Codecs.JpegLs;

/// <summary>
/// Decodes one scan, line after line. A line lies between two edge samples: the left one repeats the first sample of the line above, the
/// right one the last sample (T.87 §A.2.1), so that neighbours are read without asking where the line ends.
/// </summary>
internal ref struct JpegLsScanDecoder
{
    private readonly JpegLsModel _model;
    private readonly int _width;
    private readonly int[] _runIndex;
    private ushort[][] _lines;
    private ushort[][] _above;
    private JpegLsBitReader _bits;

    public JpegLsScanDecoder(JpegLsModel model, int width, int components)
    {
        (_model, _width, _runIndex) = (model, width, new int[components]);
        _lines = new ushort[components][];
        _above = new ushort[components][];
        for (var i = 0; i < components; i++) (_lines[i], _above[i]) = (new ushort[width + 2], new ushort[width + 2]);
    }

    public readonly CodecProblem Problem => _bits.Failed;

    /// <summary>The line decoded last.</summary>
    public readonly ReadOnlySpan<ushort> Line(int component) => _lines[component].AsSpan(1, _width);

    /// <summary>Begins a scan or a restart interval: nothing is known and zeros stand above.</summary>
    public void Start(ReadOnlySpan<byte> bytes)
    {
        _bits = new JpegLsBitReader(bytes);
        _model.Restart();
        Array.Clear(_runIndex);
        foreach (var line in _lines) Array.Clear(line);
    }

    /// <summary>A line of each component in turn.</summary>
    public void DecodeLines()
    {
        (_lines, _above) = (_above, _lines);
        for (var i = 0; i < _lines.Length; i++) DecodeLine(_above[i], _lines[i], ref _runIndex[i]);
    }

    /// <summary>A line of all components, sample by sample.</summary>
    public void DecodeSampleLine()
    {
        (_lines, _above) = (_above, _lines);
        Span<int> contexts = stackalloc int[_lines.Length];
        for (var c = 0; c < _lines.Length; c++) _lines[c][0] = _above[c][1];
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
                i = DecodeSampleRun(i);
                continue;
            }
            for (var c = 0; c < _lines.Length; c++)
                _lines[c][i] = (ushort)DecodeRegular(contexts[c], _lines[c][i - 1], _above[c][i], _above[c][i - 1]);
            i++;
        }
        foreach (var line in _lines) line[_width + 1] = line[_width];
    }

    private void DecodeLine(ushort[] above, ushort[] line, ref int runIndex)
    {
        var model = _model;
        var (max, limit, rangeBits, reset, step) = (model.MaxValue, model.Limit, model.RangeBits, model.Reset, model.Step);
        var (contexts, isFullRange, isLossless) = (model.Regular, model.IsFullRange, model.Near == 0);
        // Samples never leave 0…max, so differences stay inside the table.
        ref var gradient = ref model.Gradients[max];
        var escape = limit - rangeBits - 1;
        // The reader's state lives in registers through the line; it goes back wherever the reader itself is asked.
        var (cache, valid) = (_bits.Cache, _bits.Valid);
        line[0] = above[1];
        int a = line[0], b = above[0], d = above[1];
        for (var i = 1; i < above.Length - 1;)
        {
            var c = b;
            b = d;
            d = above[i + 1];
            var q = (Unsafe.Add(ref gradient, d - b) * 9 + Unsafe.Add(ref gradient, b - c)) * 9 + Unsafe.Add(ref gradient, c - a);
            if (q == 0)
            {
                (_bits.Cache, _bits.Valid) = (cache, valid);
                i = DecodeRun(above, line, i, ref runIndex);
                (cache, valid) = (_bits.Cache, _bits.Valid);
                (a, b, d) = (line[i - 1], above[i - 1], above[Math.Min(i, above.Length - 1)]);
                continue;
            }
            var sign = q >> 31;
            ref var context = ref contexts[(q ^ sign) - sign];
            var predicted = JpegLsModel.Predict(a, b, c) + ((context.C ^ sign) - sign);
            if ((uint)predicted > (uint)max) predicted = predicted < 0 ? 0 : max;
            var k = JpegLsModel.Golomb(context.N, context.A);

            if (valid < 32)
            {
                (_bits.Cache, _bits.Valid) = (cache, valid);
                _bits.Fill();
                (cache, valid) = (_bits.Cache, _bits.Valid);
            }
            int mapped;
            var zeros = BitOperations.LeadingZeroCount(cache);
            if (zeros + 1 + k <= valid && zeros < escape)
            {
                var rest = cache << zeros << 1;
                mapped = zeros << k | (int)(rest >> 1 >> (63 - k));
                cache = rest << k;
                valid -= zeros + 1 + k;
            }
            else
            {
                (_bits.Cache, _bits.Valid) = (cache, valid);
                mapped = _bits.ReadGolomb(k, limit, rangeBits);
                (cache, valid) = (_bits.Cache, _bits.Valid);
            }

            var error = mapped >> 1 ^ -(mapped & 1);
            if (k == 0 && isLossless && 2 * context.B <= -context.N) error = ~error;
            JpegLsModel.Update(ref context, error, step, reset);
            error = (error ^ sign) - sign;
            a = isFullRange ? predicted + error & max : Reconstruct(predicted, error);
            line[i++] = (ushort)a;
        }
        (_bits.Cache, _bits.Valid) = (cache, valid);
        line[_width + 1] = line[_width];
    }

    private readonly int Context(int a, int b, int c, int d)
    {
        var gradients = _model.Gradients;
        var max = _model.MaxValue;
        return (gradients[d - b + max] * 9 + gradients[b - c + max]) * 9 + gradients[c - a + max];
    }

    private int DecodeRegular(int q, int a, int b, int c)
    {
        var sign = q >> 31;
        ref var context = ref _model.Regular[(q ^ sign) - sign];
        var predicted = Math.Clamp(JpegLsModel.Predict(a, b, c) + ((context.C ^ sign) - sign), 0, _model.MaxValue);
        var k = JpegLsModel.Golomb(context.N, context.A);
        var mapped = _bits.ReadGolomb(k, _model.Limit, _model.RangeBits);
        var error = mapped >> 1 ^ -(mapped & 1);
        if (k == 0 && _model.Near == 0 && 2 * context.B <= -context.N) error = ~error;
        JpegLsModel.Update(ref context, error, _model.Step, _model.Reset);
        return Reconstruct(predicted, (error ^ sign) - sign);
    }

    /// <summary>Decodes a run and the sample that ends it; gives the index after them.</summary>
    private int DecodeRun(ushort[] above, ushort[] line, int i, ref int runIndex)
    {
        int a = line[i - 1];
        var count = DecodeRunLength(_width - i + 1, ref runIndex, out var isWhole);
        line.AsSpan(i, count).Fill((ushort)a);
        i += count;
        if (isWhole) return i;
        int b = above[i];
        var type = Math.Abs(a - b) <= _model.Near ? 1 : 0;
        var error = DecodeInterruption(type, runIndex);
        line[i] = (ushort)(type == 1 ? Reconstruct(a, error) : Reconstruct(b, a > b ? -error : error));
        if (runIndex > 0) runIndex--;
        return i + 1;
    }

    private int DecodeSampleRun(int i)
    {
        var count = DecodeRunLength(_width - i + 1, ref _runIndex[0], out var isWhole);
        foreach (var line in _lines) line.AsSpan(i, count).Fill(line[i - 1]);
        i += count;
        if (isWhole) return i;
        for (var c = 0; c < _lines.Length; c++)
        {
            int a = _lines[c][i - 1], b = _above[c][i];
            var error = DecodeInterruption(0, _runIndex[0]);
            _lines[c][i] = (ushort)Reconstruct(b, a > b ? -error : error);
        }
        if (_runIndex[0] > 0) _runIndex[0]--;
        return i + 1;
    }

    /// <summary>The length of a run (T.87 §A.7.1); it is whole when it ends with the line and not with another sample.</summary>
    private int DecodeRunLength(int remaining, ref int runIndex, out bool isWhole)
    {
        var count = 0;
        isWhole = true;
        while (_bits.ReadBit() == 1)
        {
            var step = 1 << JpegLsModel.RunOrder[runIndex];
            if (step > remaining - count) return remaining;
            count += step;
            if (runIndex < JpegLsModel.LastRunIndex) runIndex++;
            if (count == remaining) return count;
        }
        count += (int)_bits.Read(JpegLsModel.RunOrder[runIndex]);
        if (count >= remaining)
        {
            _bits.Failed = CodecProblem.Malformed;
            return remaining;
        }
        isWhole = false;
        return count;
    }

    private int DecodeInterruption(int type, int runIndex)
    {
        ref var context = ref _model.Runs[type];
        var k = JpegLsModel.Golomb(context, type);
        var mapped = _bits.ReadGolomb(k, _model.Limit - JpegLsModel.RunOrder[runIndex] - 1, _model.RangeBits);
        var size = (mapped + type + 1) >> 1;
        var isOdd = ((mapped + type) & 1) == 1;
        var error = (k != 0 || 2 * context.Negative >= context.N) == isOdd ? -size : size;
        JpegLsModel.Update(ref context, error, mapped, type, _model.Reset);
        return error;
    }

    private readonly int Reconstruct(int predicted, int error)
    {
        var (max, near, step) = (_model.MaxValue, _model.Near, _model.Step);
        var value = predicted + error * step;
        if (value < -near) value += _model.Range * step;
        else if (value > max + near) value -= _model.Range * step;
        return Math.Clamp(value, 0, max);
    }
}
