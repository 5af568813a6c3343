using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChunkUploader.Domain.Uploads;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Forms.Dialects;

/// <summary>
/// Tells a chunk of a client that no dialect knows from a plain file: to publish one piece of a file as if it were the
/// file is the worst answer there is. Looked at are the names of form fields, query fields, headers and file parts, and
/// the property names of JSON in a field, or in a <c>Blob</c> beside the file; a text that merely mentions chunks says nothing. Names are taken apart into
/// words, whatever their spelling (<c>chunkIndex</c>, <c>chunk-index</c>, <c>dzchunkindex</c>). One of these is enough:
/// <list type="number">
/// <item>A name or value that can mean nothing else: the word <em>chunk</em> anywhere in the name; the number of a slice;
/// a part's number or index (<c>partNumber</c>, but not <c>sparePartNumber</c>); <c>Upload-Offset</c>; <c>Content-Range</c>,
/// of the request or of the file's part of the form, or a value as it has; a <c>Range</c> of bytes; <c>part=1/3</c>;
/// <c>comp=block</c>, as Azure's clients say.</item>
/// <item>A position (index, number, id, offset, start …) of a part, piece, block, blob, segment, slice or shard, together
/// with a count, size or range of them, both whole numbers: <c>blockIndex</c> and <c>blockCount</c>, <c>part</c> and
/// <c>parts</c>; or where one of the two is bare and the position not beyond the count: <c>part</c> and <c>total</c>,
/// <c>index</c> and <c>parts</c>.</item>
/// <item>A bare position and a bare count or size, both whole numbers (<c>index</c> and <c>total</c>), and something
/// else that a gallery or an invoice would not send with them: a digest or an identifier of the file, a declared file
/// size that is more than came, an offset in front of a length that is the file's, a start and an end as far apart as
/// that, or a file named <c>blob</c>, as browsers name a slice of a file. A total of one is no evidence: the one piece
/// is the file.</item>
/// </list>
/// </summary>
public static partial class UnknownChunkFields
{
    /// <summary>Properties of JSON count, too; no client says so much, and each is compared with the others.</summary>
    const int MaxFields = 2500;

    static readonly string[] Nouns = ["chunk", "slice", "part", "piece", "block", "blob", "segment", "shard", "fragment"];
    static readonly HashSet<string> BarePositions =
        ["index", "idx", "i", "n", "offset", "start", "begin", "first", "from", "current", "cur", "position", "pos", "seq", "sequence"];
    static readonly HashSet<string> Positions = [.. BarePositions, "number", "num", "no", "nr"];
    static readonly HashSet<string> WhichFile = ["index", "idx", "current", "cur", "position", "pos", "seq", "sequence"];
    static readonly HashSet<string> Counts =
        ["total", "count", "cnt", "num", "size", "length", "len", "range", "amount", "end", "last", "to", "all", "of"];
    static readonly HashSet<string> PositionsAndCounts = [.. Positions, .. Counts];
    static readonly HashSet<string> CountsOfNouns = [.. PositionsAndCounts, "max"];
    static readonly HashSet<string> Digests =
        ["identifier", "digest", "hash", "md5", "sha1", "sha256", "sha512", "checksum", "fingerprint"];
    static readonly HashSet<string> Ids = ["id", "uid", "guid", "uuid", "key"];
    static readonly HashSet<string> PositionsAndIds = [.. Positions, .. Ids];
    static readonly HashSet<string> Owners = ["file", "upload", "task"];
    static readonly HashSet<string> Sizes = ["size", "length", "total"];

    /// <summary>What stands before or between without another meaning, initials of clients too.</summary>
    static readonly HashSet<string> Fillers =
        ["file", "upload", "uploader", "byte", "bytes", "data", "last", "range", "is", "x", "qq", "dz", "ax"];

    // Longest first, as a regular expression takes the first alternative that fits.
    static readonly string Vocabulary = string.Join('|', Nouns.Select(noun => $"{noun}(?:s|ed)?")
        .Concat(Positions.Concat(Counts).Concat(Fillers).Where(word => word.Length > 2))
        .OrderByDescending(word => word.Length));

    /// <summary>Words that are written together, behind a prefix that may mean anything.</summary>
    static readonly Regex Glued = new(
        $"^(?<prefix>[a-z]*?)(?:{Vocabulary})+(?:no|nr|id)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    static readonly Regex GluedWord = new($"{Vocabulary}|(?:no|nr|id)$", RegexOptions.CultureInvariant);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.UnknownChunkFields"/>: the request says that what it
    /// carries is one piece of something.</exception>
    /// <param name="fields">The form's, all of them.</param>
    /// <param name="files">The form's file parts with the length of each in bytes.</param>
    public static void ThrowIfAny(
        HttpRequest request,
        IEnumerable<KeyValuePair<string, string>> fields,
        IReadOnlyCollection<(FormPart Part, long Length)> files)
    {
        var found = Find(
            [
                .. fields,
                .. request.Query.Select(field => KeyValuePair.Create(field.Key, field.Value.ToString())),
                .. request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())),
                .. files.Where(file => file.Part.ContentRange is not null)
                    .Select(file => KeyValuePair.Create(HeaderNames.ContentRange, file.Part.ContentRange!)),
            ],
            [.. files.Select(file => (file.Part.Name, file.Part.FileName, file.Length))]);
        if (found.Count > 0)
        {
            throw new UploadException(
                UploadErrorCode.UnknownChunkFields,
                $"{string.Join(", ", found)}: by these names this is one chunk of a file, in a way that is not known "
                + "here, so nothing was stored. The README lists the clients that are understood, under "
                + "\"Use your own client\".");
        }
    }

    /// <returns>The names that say so, in the order of the request; none for a plain form.</returns>
    public static IReadOnlyList<string> Find(
        IEnumerable<KeyValuePair<string, string>> fields,
        IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var said = fields.SelectMany(Flatten).Take(MaxFields).Select(field => new Said(field.Key, field.Value)).ToList();
        var parts = files.Select(file => new Said(file.Name, "")).ToList();
        var certain = said.Where(field => field.IsChunk).Concat(parts.Where(part => part.IsNamedChunk)).ToList();
        if (certain.Count > 0)
        {
            return NamesOf(certain.Concat(said.Where(field =>
                field.IsCount && certain.Exists(other => other.Noun == field.Noun))));
        }

        var positions = said.Where(field => field.IsPosition).ToList();
        var counts = said.Where(field => field.IsCount).ToList();
        var either = said.Where(field => field.IsPositionOrId).ToList();
        if (either.Exists(position => counts.Exists(count => count.Noun == position.Noun && count != position)))
        {
            return NamesOf(either.Concat(counts));
        }

        var (bare, total) = (said.Where(field => field.IsBarePosition), said.Where(field => field.IsBareCount));
        if (positions.Exists(position => total.Any(count => count.IsNumberOf(position))))
        {
            return NamesOf(positions.Concat(total));
        }

        if (bare.Any(position => counts.Exists(count => count.IsNumberOfPiecesWith(position))))
        {
            return NamesOf(bare.Concat(counts));
        }

        return bare.Any() && total.Any() && IsPieceOfFile(said, files) ? NamesOf(bare.Concat(total)) : [];
    }

    static bool IsPieceOfFile(List<Said> said, IReadOnlyCollection<(string Name, string? FileName, long Length)> files) =>
        said.Exists(field => field.IdentifiesFile)
        || files.Any(file => file.FileName == "blob")
        || (files.Count > 0 && said.Exists(field => field.FileSize > files.Sum(file => file.Length)))
        || AreAsFarApart(said, files)
        || files.Any(file => said.Exists(field => field.IsOffset) && said.Exists(field => field.Length == file.Length));

    /// <summary>Whether a start and an end are as far apart as a file is long; the end may be its last byte.</summary>
    static bool AreAsFarApart(
        List<Said> said, IReadOnlyCollection<(string Name, string? FileName, long Length)> files)
    {
        var starts = said.Where(field => field.IsBarePosition).Select(field => field.Number).ToHashSet();
        var ends = said.Where(field => field.IsEnd).Select(field => field.Number).Distinct().ToList();
        return files.Any(file => ends.Exists(end =>
            starts.Contains(end - file.Length) || starts.Contains(end - file.Length + 1)));
    }

    static List<string> NamesOf(IEnumerable<Said> said) => [.. said.Select(field => field.Name).Distinct()];

    /// <summary>A field; where its value is JSON, each of the properties in it instead, and the field by its name.
    /// </summary>
    static IEnumerable<KeyValuePair<string, string>> Flatten(KeyValuePair<string, string> field)
    {
        yield return field;
        foreach (var property in PropertiesIn(field.Value))
        {
            yield return property;
        }
    }

    /// <returns>None where the text is no JSON of an object or a list.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidRequest"/>: it is, but cannot be read.</exception>
    static List<KeyValuePair<string, string>> PropertiesIn(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. PropertiesIn(json.RootElement)];
        }
        catch (JsonException)
        {
            return []; // a text like any other
        }
        catch (InvalidOperationException)
        {
            throw new UploadException(
                UploadErrorCode.InvalidRequest, "A field has JSON with half of a surrogate pair in it.");
        }
    }

    static IEnumerable<KeyValuePair<string, string>> PropertiesIn(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property =>
            PropertiesIn(property.Value).Prepend(KeyValuePair.Create(
                property.Name,
                property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? "" : property.Value.ToString()))),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(PropertiesIn),
        JsonValueKind.String => PropertiesIn(json.GetString()!), // written twice
        _ => [],
    };

    /// <summary>The words of a name, in lower case.</summary>
    static IEnumerable<string> WordsOf(string name) =>
        Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).SelectMany(word =>
            Glued.Match(word) is { Success: true } glued
                ? GluedWord.Matches(word, glued.Groups["prefix"].Length).Select(match => match.Value)
                    .Prepend(glued.Groups["prefix"].Value)
                    .Where(part => part.Length > 0)
                : [word]);

    [GeneratedRegex("[A-Z]?[a-z]+[0-9]*|[A-Z]+(?![a-z])|[0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A(?<unit>bytes[ =])?\d+-\d+/(\d+|\*)\z")]
    private static partial Regex ByteRange();

    [GeneratedRegex(@"\Abytes=\d+-\d*\z")]
    private static partial Regex RangeOfBytes();

    [GeneratedRegex(@"\A\s*\d+\s*(/|of)\s*\d+\s*\z")]
    private static partial Regex OneOfSeveral();

    /// <summary>But not <c>chunky</c>.</summary>
    [GeneratedRegex("chunk(?!y)", RegexOptions.IgnoreCase)]
    private static partial Regex NamedChunk();

    /// <summary>What a field may say of a piece.</summary>
    sealed class Said
    {
        /// <summary>Also written as 1.0, or with blanks around.</summary>
        const NumberStyles WholeNumber =
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

        readonly long? _number;
        readonly bool _isPlural;
        readonly bool _isRange;
        readonly bool _isBlank;
        readonly bool _isAzure;
        readonly bool _isOneOfSeveral;
        readonly List<string> _words; // but the noun

        public Said(string name, string value)
        {
            Name = name;
            _number = decimal.TryParse(value, WholeNumber, CultureInfo.InvariantCulture, out var number)
                && number is >= 0 and <= long.MaxValue && decimal.IsInteger(number)
                ? (long)number
                : null;
            _isOneOfSeveral = OneOfSeveral().IsMatch(value);
            _isBlank = string.IsNullOrWhiteSpace(value);
            _isAzure = name.Equals("comp", StringComparison.OrdinalIgnoreCase) && value is "block" or "blocklist" or "page";
            _words = [.. WordsOf(name)];
            _isRange = ByteRange().Match(value) is { Success: true } range
                && (range.Groups["unit"].Success || _words.Contains("range"));
            _isRange |= name.Equals(HeaderNames.Range, StringComparison.OrdinalIgnoreCase) && RangeOfBytes().IsMatch(value);
            var at = _words.FindIndex(word => NounIn(word) == "chunk");
            at = at >= 0 ? at : _words.FindIndex(word => NounIn(word) is not null);
            if (at >= 0)
            {
                Noun = NounIn(_words[at]);
                _isPlural = _words[at][^1] == 's';
                _words.RemoveAt(at);
            }
        }

        public string Name { get; }

        /// <summary>What there are several of, in the singular; null where the name has no such word.</summary>
        public string? Noun { get; }

        /// <summary>Nothing else can be meant.</summary>
        public bool IsChunk => _isRange || _isAzure || IsNamedChunk || Noun switch
        {
            not null when _isOneOfSeveral => _words.TrueForAll(Fillers.Contains),
            "slice" => IsPosition,
            "part" => IsPosition && _words.Exists(Positions.Contains),
            _ => Name.EndsWith("Content-Range", StringComparison.OrdinalIgnoreCase)
                || Name.EndsWith("Upload-Offset", StringComparison.OrdinalIgnoreCase),
        };

        public bool IsNamedChunk => NamedChunk().IsMatch(Name);

        public bool IsPositionOrId => Noun is not null && !_isPlural && Says(PositionsAndIds);

        public bool IsPosition => Noun is not null && !_isPlural && Says(Positions);

        public bool IsCount =>
            Noun is not null && (_isPlural || _words.Exists(word => Counts.Contains(word) || word == "max")) && Says(CountsOfNouns);

        /// <summary>But not which one of several files it is, as <c>fileIndex</c> says.</summary>
        public bool IsBarePosition =>
            Noun is null
            && _words.Exists(BarePositions.Contains)
            && !(_words.Contains("file") && _words.Exists(WhichFile.Contains))
            && Says(BarePositions);

        public bool IsBareCount =>
            Noun is null
            && _words.Exists(Counts.Contains)
            && Says(PositionsAndCounts)
            && !(_number == 1 && _words.Exists(IsNumber));

        /// <summary>Whether it says how many there are of what that position is one.</summary>
        public bool IsNumberOf(Said position) =>
            IsBareCount && _words.Exists(IsNumber) && !_words.Contains("file") && position._number <= _number;

        /// <summary>Whether it says into how many pieces, or how large ones, that a file is cut of which this is one.
        /// </summary>
        public bool IsNumberOfPiecesWith(Said position) =>
            IsCount
            && (Noun == "slice"
                || (position._words.Exists(word => word is "index" or "idx" or "current" or "cur" or "seq")
                    && position._number <= _number
                    && _number > 1));

        public bool IdentifiesFile =>
            Noun is null
            && !_isBlank
            && (_words.Exists(Digests.Contains)
                || (_words.Exists(Ids.Contains) && _words.Exists(Owners.Contains)))
            && _words.TrueForAll(word => word == "session"
                || Digests.Contains(word) || Ids.Contains(word) || Owners.Contains(word) || Fillers.Contains(word));

        /// <summary>In bytes; 0 where it says something else.</summary>
        public long FileSize => Noun is null && _words.Exists(Sizes.Contains) && Says(Sizes) ? _number!.Value : 0;

        /// <summary>Behind the first byte.</summary>
        public bool IsOffset => IsBarePosition && _number > 0 && _words.Exists(word => word is "offset" or "start" or "begin");

        /// <summary>In bytes; null where it says something else.</summary>
        public long? Length =>
            Noun is null && _words.Exists(word => word is "length" or "len" or "size") && Says(Sizes) ? _number : null;

        public bool IsEnd => IsBareCount && _words.Exists(word => word is "end" or "last" or "to");

        /// <summary>Null where the value is no whole number.</summary>
        public long? Number => _number;

        /// <summary>It is a whole number, and no word gives it another meaning.</summary>
        bool Says(HashSet<string> meaning) =>
            _number is not null && _words.TrueForAll(word => meaning.Contains(word) || Fillers.Contains(word));

        static bool IsNumber(string word) => word is "total" or "count" or "cnt" or "of";

        static string? NounIn(string word) =>
            Array.Find(Nouns, noun => word == noun || word == $"{noun}s" || word == $"{noun}ed");
    }
}
