using System.Text;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Clients;
using Microsoft.AspNetCore.WebUtilities;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>A piece of a file is never published as the file, and a plain form is never taken for a piece.</summary>
[TestFixture]
public sealed class UnknownChunkFieldsTests : ServedTests
{
    const int Length = 5 * 1024 * 1024;

    /// <summary>What clients and tutorials send with one chunk: fields as a query, the file part's name, its file's name.
    /// </summary>
    static readonly TestCaseData[] Chunks =
    [
        Form("bootstrap-fileinput", "chunkIndex=0&chunkCount=6&chunkSize=5242880&fileId=31457280_a.bin&fileSize=31457280"),
        Form("DevExtreme", """chunkMetadata={"FileName":"a","Index":0,"TotalCount":6,"FileSize":31457280}"""),
        Form("Kendo", """metadata={"chunkIndex":0,"fileName":"a","totalFileSize":31457280,"totalChunks":6,"uploadUid":"b"}"""),
        Form("Syncfusion", "chunk-index=0&total-chunk=6", "UploadFiles"),
        Form("ng-file-upload", "_chunkNumber=0&_chunkSize=5242880&_currentChunkSize=5242880&_totalSize=31457280"),
        Form("huge-uploader", "uploader-file-id=ab12&uploader-chunk-number=0&uploader-chunks-total=6"),
        Form("hash, filename, chunk", "hash=ab-0&filename=a.bin&fileHash=ab", "chunk"),
        Form("chunkIndex, totalChunks", "chunkIndex=0&totalChunks=6&fileName=a.bin"),
        Form("snake case", "chunk_number=1&total_chunks=6"),
        Form("capitals", "CHUNK_INDEX=1&CHUNK_COUNT=6"),
        Form("written together", "chunkindex=0&chunkstotal=6"),
        Form("initials in front", "abchunkindex=0"),
        Form("brackets", "file[chunk]=0&file[total]=6"),
        Form("dots", "upload.chunk.index=0"),
        Form("a flag alone", "isLastChunk=false"),
        Form("chunked", "chunked=true"),
        Form("chunk alone", "chunk=3"),
        Form("ax uploader", "ax-file-path=&ax-start-byte=0&ax-last-chunk=false&ax-file-size=31457280"),
        Form("numberOfChunks", "numberOfChunks=6&currentChunk=0"),
        Form("Dropzone without uuid", "dzchunkindex=0&dztotalchunkcount=6"),
        Form("resumable.js without number", "resumableTotalChunks=6&resumableFilename=a"),
        Form("flow.js under a group", "flow[chunkNumber]=1"),
        Form("fileChunk as part", "name=a", "fileChunk"),
        Form("parameter object", """options={"upload":{"chunk":{"index":0}}}"""),
        Form("JSON in a list", """pieces=[{"chunkNumber":0}]"""),
        Form("S3 names", "partNumber=1&uploadId=xyz"),
        Form("part_number", "part_number=2"),
        Form("part index", "partIndex=0"),
        Form("Fine Uploader without uuid", "qqpartindex=0&qqtotalparts=6&qqfilename=a"),
        Form("part and parts", "part=1&parts=6"),
        Form("part, totalParts", "part=1&totalParts=6"),
        Form("filePart, filePartCount", "filePart=1&filePartCount=6"),
        Form("pieces", "pieceIndex=0&pieces=6"),
        Form("pieceNo, pieceLength", "pieceNo=0&pieceLength=5242880"),
        Form("partseq, uploadid", "method=upload&type=tmpfile&path=/a.mp4&uploadid=77&partseq=0"),
        Form("segNo, segTotal", "segNo=1&segTotal=6"),
        Form("currentPackage, totalPackages, of a blob", "currentPackage=1&totalPackages=6", fileName: "blob"),
        Form("blocks", "blockIndex=0&blockCount=6&fileName=a"),
        Form("block offset and size", "block_offset=0&block_size=5242880"),
        Form("segments", "segmentNumber=1&segmentTotal=6"),
        Form("shards", "shardIndex=1&shardSize=5242880&shardTotal=6&key=k&suffix=mp4"),
        Form("fragments", "fragment=1&fragments=6"),
        Form("slices", "sliceIndex=0&sliceCount=6"),
        Form("slice alone", "slice=0"),
        Form("sliceSize, offset", "sliceSize=1048576&offset=2097152"),
        Form("sliceCount, pos", "sliceCount=6&pos=2"),
        Form("slices, i", "slices=6&i=0"),
        Form("index, total, fileMd5", "index=0&total=6&fileMd5=d41d8cd98f00b204e9800998ecf8427e&fileName=a.bin"),
        Form("index, total, hash", "index=0&total=6&hash=abcdef"),
        Form("index, total, fileId", "index=0&total=6&fileId=77"),
        Form("index, total of a blob", "index=0&total=6&name=a.bin", fileName: "blob"),
        Form("offset, size of a blob", "offset=0&size=31457280&name=a.bin", fileName: "blob"),
        Form("start, end, total of a larger file", "start=0&end=5242880&total=31457280"),
        Form("index, count, fileSize", "index=2&count=6&fileSize=31457280"),
        Form("currentIndex, totalCount, identifier", "currentIndex=0&totalCount=6&identifier=x"),
        Form("X-Chunk headers", "X-Chunk-Index=0&X-Chunk-Total=6"),
        Form("X-Content-Range", "X-Content-Range=bytes 0-5242879/31457280"),
        Form("Content-Range as a field", "Content-Range=bytes 0-5242879/31457280"),
        Form("a range by another name", "part=bytes 0-5242879/31457280"),
        Form("start, end of a slice", "start=5242880&end=10485760&name=a.bin"),
        Form("first and last byte", "startByte=5242880&endByte=10485759"),
        Form("JSON that is nested", """a={"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"chunkIndex":0}}}}}}}}}"""),
        Form("a name with its number", "name=a.mp4", fileName: "a.mp4.part_1.6"),
        Form("a digest and a number as a name", "", fileName: "d41d8cd98f00b204e9800998ecf8427e-0"),
        Form("a digest and a number as a name, index", "index=0&name=a.mp4", fileName: "d41d8cd98f00b204e9800998ecf8427e_0"),
        Form("filename, chunk-0", "filename=a.mp4", fileName: "chunk-0"),
        Form("file_name, 0.chunk", "file_name=a.mp4", fileName: "0.chunk"),
        Form("name, a.mp4.chunk0", "name=a.mp4", fileName: "a.mp4.chunk0"),
        Form("fileName, a.mp4.part1of6", "fileName=a.mp4", fileName: "a.mp4.part1of6"),
        Form("fileName, a.mp4-3", "fileName=a.mp4", fileName: "a.mp4-3"),
        Form("range", "range=0-5242879"),
        Form("byteRange of the second", "byteRange=5242880-10485759"),
        Form("index, isEnd of a blob", "index=0&isEnd=false", fileName: "blob"),
        Form("packageIndex, packageTotal of a blob", "packageIndex=0&packageTotal=6", fileName: "blob"),
        Form("splitIndex, splitTotal, uploadId", "splitIndex=0&splitTotal=6&uploadId=7"),
        Form("overlap of a chunk that has an index", "chunkIndex=0&chunkOverlap=10"),
        Form("upload_id, index of a numbered slice", "upload_id=77&index=0", fileName: "0.part"),
        Form("hash, index of a blob", "filename=a.bin&hash=d41d8cd98f00b204e9800998ecf8427e&index=0", fileName: "blob"),
        Form("a numbered hash", "fileName=a.bin&hash=d41d8cd98f00b204e9800998ecf8427e-0", fileName: "blob"),
        Form("a numbered hash as the name", "filename=d41d8cd98f00b204e9800998ecf8427e_1.mp4", fileName: "blob"),
        Form("X-File-Part headers", "X-File-Part=1&X-File-Parts=6"),
        Form("X-Part-Number", "X-Part-Number=1"),
        Form("part, total", "part=1&total=5"),
        Form("part of", "Part=1&Of=4"),
        Form("X-Upload-Part, X-Upload-Total", "X-Upload-Part=1&X-Upload-Total=5"),
        Form("X-Upload-Offset", "X-Upload-Offset=0&X-Upload-Content-Length=31457280"),
        Form("blockNum, blockCnt", "blockNum=0&blockCnt=6"),
        Form("start_offset, end_offset", "upload_phase=transfer&start_offset=0&end_offset=5242880&upload_session_id=a"),
        Form("blob_num, total_blob_num", "blob_num=1&total_blob_num=6"),
        Form("blobs", "blobIndex=0&blobCount=6"),
        Form("a range without a unit", "range=0-5242879/31457280"),
        Form("Azure's blocks", "comp=block&blockid=AAAA"),
        Form("n of, of a blob", "n=0&of=6", fileName: "blob"),
        Form("i of, with a digest", "i=0&of=6&md5=d41d8cd98f00b204e9800998ecf8427e"),
        Form("chunkno", "chunkno=0"),
        Form("chunkid, fileid", "chunkid=0&fileid=7"),
        Form("chunkhash", "chunkhash=ab"),
        Form("a numbered file part", "name=a", "chunk0"),
        Form("partno, totalparts", "partno=1&totalparts=6"),
        Form("blockno, blockcount", "blockno=0&blockcount=6"),
        Form("part=1/3", "part=1/3"),
        Form("piece=1 of 6", "piece=1 of 6"),
        Form("with blanks and decimals", "partIndex= 0.0 &total=6"),
        Form("partId, totalParts", "partId=1&totalParts=6"),
        Form("index, parts", "index=0&parts=6"),
        Form("index, blockSize", "index=0&blockSize=5242880"),
        Form("curPart, allParts", "curPart=1&allParts=6"),
        Form("Part-Sequence, Part-Count", "Part-Sequence=1&Part-Count=6"),
        Form("blockIndex, maxBlock", "blockIndex=0&maxBlock=5"),
        Form("blockId, totalBlocks", "blockId=0&totalBlocks=6"),
        Form("blockIndex, blockNum", "blockIndex=0&blockNum=6"),
        Form("X-Block-Id, X-Block-Count", "X-Block-Id=0&X-Block-Count=6"),
        Form("rangeStart, rangeEnd, fileSize", "rangeStart=0&rangeEnd=5242879&fileSize=31457280"),
        Form("from, to, total", "from=0&to=5242880&total=31457280"),
        Form("firstByte, lastByte", "firstByte=5242880&lastByte=10485759"),
        Form("Range", "Range=bytes=0-5242879"),
        Form("offset, length", "offset=5242880&length=5242880"),
        Form("index, total, checksum", "index=0&total=6&checksum=abcd"),
        Form("index, total, uploadSessionId", "index=0&total=6&uploadSessionId=abcd"),
        Form("JSON written twice", """a={"meta":"{\"chunkIndex\":0}"}"""),
        Form("JSON of a part", """m={"part":{"index":0,"total":6}}"""),
        Form("JSON of a part's number", """m={"part":{"number":1},"uploadId":"x"}"""),
        Form("JSON of a part's number alone", """m={"part":{"number":1}}"""),
        Form("JSON of a part, further in", """m={"part":{"info":{"index":0,"total":6}}}"""),
        Form("JSON of what is known of a part", """m={"partInfo":{"index":0,"total":6}}"""),
        Form("JSON of a block", """m={"block":{"index":1,"count":6}}"""),
        Form("JSON of a slice", """m={"slice":{"index":1}}"""),
        Form("JSON of a segment", """m={"segment":{"number":1,"count":6},"fileId":"x"}"""),
        Form("JSON in a field of that name", """block={"index":1,"count":6}"""),
        Form("JSON written twice, the whole field", """meta="{\"chunkIndex\":0}" """),
        Form("a list of JSON written twice", """meta=["{\"chunkIndex\":0}"]"""),
        Form("JSON behind a byte order mark", "meta=\uFEFF{\"chunkIndex\":0}"),
        Form("JSON with a comma too many", """meta={"chunkIndex":0,}"""),
        Form("JSON of any depth", $"m={Repeat("{\"a\":", 70)}{{\"chunkIndex\":0}}{Repeat("}", 70)}"),
        Form("JSON of a depth that no stack has", $"m={Repeat("[", 100_000)}{{\"chunkIndex\":0}}{Repeat("]", 100_000)}"),
        Form("a row of JSON in a form of an upload", """m=[{"index":0,"total":6}]&fileId=9"""),
        Form("index twice", "index=1&index=1&total=6&hash=ab"),
        Form("JSON twice", """meta={"chunkIndex":0}&meta={"a":0}"""),
        Form("X", "command=APPEND&media_id=123&segment_index=1"),
        Form("JUpload", "jupart=1&jufinal=0"),
        Form("Upload-Complete", "Upload-Complete=?0&Upload-Length=5242880"),
        Form("Upload-Incomplete", "Upload-Incomplete=?1"),
        Form("blockIndex, uploadId", "blockIndex=1&uploadId=1"),
        Form("pieceIndex, fileId", "pieceIndex=2&fileId=8"),
        Form("fragmentIndex, uploadId", "fragmentIndex=2&uploadId=8"),
        Form("blockNumber, fileMd5", "blockNumber=2&fileMd5=d41d8cd98f00b204e9800998ecf8427e"),
        Form("blockIndex of a blob", "blockIndex=2", fileName: "blob"),
        Form("startByte, fileId", "X-Start-Byte=100&X-File-Id=abc"),
        Form("offset, fileId, last, of a blob", "offset=100&fileId=77&last=false", fileName: "blob"),
        Form("start, isLast, fileId", "start=100&isLast=false&fileId=77"),
        Form("seq, complete, uploadId", "seq=1&complete=no&uploadId=7"),
        Form("offset of a blob", "offset=10485760&fileName=a.bin", fileName: "blob"),
        Form("part, final", "part=2&isFinal=false"),
        Form("fileSize of more than came", "fileSize=31457280"),
        Form("total_file_size of more than came", "total_file_size=31457280&title=t"),
        Form("Upload-Length of more than came", "Upload-Length=31457280"),
        Form("size of more than came", "index=0&size=31457280"),
        Form("offset, total of more than came", "offset=0&total=31457280"),
        Form("index, total bytes of more than came", "index=0&totalBytes=31457280"),
        Form("totalParts of a blob", "totalParts=6", fileName: "blob"),
        Form("pieceNum, pieceSum", "pieceNum=0&pieceSum=6"),
        Form("seqNo, seqTotal, hash", "seqNo=0&seqTotal=6&hash=a1"),
        Form("num, total, hash of a blob", "num=0&total=6&hash=ab", fileName: "blob"),
        Form("no, total, hash of a blob", "no=1&total=6&hash=ab", fileName: "blob"),
        Form("number, total, fileId of a blob", "number=1&total=6&fileId=x", fileName: "blob"),
        Form("index, num, fileId of a blob", "index=0&num=6&fileId=x", fileName: "blob"),
        Form("a block's id in base64", "blockId=MDAwMQ==&blockCount=6"),
        Form("partNumber, name of the file", "partNumber=1&name=a.bin"),
        Form("partNumber, fileName", "partNumber=1&fileName=whole.bin"),
        Form("partNumber of a blob", "partNumber=1&title=t", fileName: "blob"),
        Form("partNumber, parts", "partNumber=1&totalParts=6&title=t"),
        Form("partNumber, uploadId", "partNumber=4711&quantity=2&uploadId=x"),
        Form("chunk by a name", "chunk=part3"),
        Form("chunk of an upload", "chunk=first&uploadId=7"),
        Form("chunk in words", "chunkIndex=first"),
        Form("index, total, a digest in base64", "index=0&total=6&checksum=1B2M2Y8AsgTpgAmY7PhCfg=="),
    ];

    static readonly TestCaseData[] PlainForms =
    [
        Form("nothing", ""),
        Form("a splitter of texts", "chunk_size=1000&chunk_overlap=200"),
        Form("a splitter's strategy", "chunking_strategy=by_title&max_chunk_size=500"),
        Form("a picture in a cache", "", fileName: "d41d8cd98f00b204e9800998ecf8427e-200.jpg"),
        Form("a file called chunk", "title=t", fileName: "chunk-0"),
        Form("a copy of a file", "name=report.pdf", fileName: "report.pdf (2)"),
        Form("a version of a file", "name=report", fileName: "report-2026-11.pdf"),
        Form("a range of pages", "range=1-20"),
        Form("one parcel of several", "packageNumber=1&packageCount=3&weight=5"),
        Form("title, description, tags", "title=Holiday&description=At the sea&tags=a,b"),
        Form("Rails", "utf8=✓&authenticity_token=x&post[title]=t&_method=patch"),
        Form("Django", "csrfmiddlewaretoken=abc&title=t"),
        Form("ASP.NET", "__RequestVerificationToken=abc&Input.Name=n&Input.Number=4"),
        Form("Laravel", "_token=abc&_method=PUT"),
        Form("PHP", "MAX_FILE_SIZE=30000000&submit=Send"),
        Form("index alone", "index=3"),
        Form("total alone", "total=6"),
        Form("name alone", "name=chunk 3 of 6"),
        Form("a text about chunks", "description=chunkIndex=1 and totalChunks=6 are fields, part 2 of 3"),
        Form("a gallery", "index=2&total=5&album=sea"),
        Form("a gallery with the largest size", "index=2&total=5&MAX_FILE_SIZE=30000000"),
        Form("a gallery that says the size", "index=2&total=5&size=5242880"),
        Form("position and count", "position=2&count=12"),
        Form("an invoice", "number=7&total=119&currency=EUR&uuid=6f9619ff-8b86-d011-b42d-00cf4fc964ff"),
        Form("a page", "page=1&pages=10&offset=20&limit=10"),
        Form("a day", "start=2026-01-01&end=2026-01-31&total=31"),
        Form("hours", "start=9&end=17"),
        Form("a spare part", "spare_part_number=4711&quantity=2"),
        Form("a maker's part", "manufacturer_part_number=4711&parts=3"),
        Form("a part's name", "partNumber=AX-33&supplier=b"),
        Form("part of speech", "part_of_speech=noun&word=house"),
        Form("a department", "department=3&departments=7"),
        Form("a party", "party=2&party_size=4&participants=12"),
        Form("partners", "partner_number=3&partner_count=9"),
        Form("a partition", "partition=1&partition_count=3"),
        Form("an article", "article_number=5&particle_size=3"),
        Form("an apartment", "block=B&flat=3&floor=2"),
        Form("a block alone", "block=3"),
        Form("blocks alone", "blocks=10&height=8"),
        Form("a blockquote", "blockquote=1&blockchain=5&unblock=3"),
        Form("a puzzle", "piece_count=1000&title=Sea"),
        Form("a piece of music", "piece=Sonata&pieces=4"),
        Form("a segment of customers", "segment=retail&segment_size=large"),
        Form("a shoe", "size=42&number=7"),
        Form("peanut butter", "brand=Chunky&chunky=yes"),
        Form("a slicer's settings", "slicer=Cura&slice_thickness=2.5&slice_name=top"),
        Form("pizza", "slice=large"),
        Form("a book", "chapter_number=3&total_chapters=12&page_count=200"),
        Form("frames", "frame_number=3&total_frames=12"),
        Form("a batch", "batch_number=3&batch_size=50&lot_number=4&lot_size=9"),
        Form("a list's order", "order[0]=5&order[1]=6&sequence=4"),
        Form("FilePond", """filepond={"title":"t"}"""),
        Form("metadata in JSON", """metadata={"title":"chunk 1 of 5","tags":["part 2","blocks"],"index":3,"total":9}"""),
        Form("broken JSON", """note={"chunkIndex":"""),
        Form("a text in brackets", "note=[chunk 3]"),
        Form("Uppy", "relativePath=null&name=a.bin&type=image/png"),
        Form("a drawing", "title=t&width=100&height=50", "image", "blob"),
        Form("a recording", "duration=12&rate=44100&count=1", "audio", "blob"),
        Form("md5 of an image", "md5=d41d8cd98f00b204e9800998ecf8427e", "image"),
        Form("a digest and a size", "contentHash=ab&size=5242880&total=1"),
        Form("a file's own fields", "relativePath=a/b.bin&lastModified=1700000000000&fileSize=5242880&filename=b.bin"),
        Form("many numbers", "a=1&b=2&lat=52&lng=13&id=5&userId=7&rating=5"),
        Form("a browser's headers", "Content-Length=5243000&Upgrade-Insecure-Requests=1&DNT=1&Sec-Fetch-Mode=cors&From=1"),
        Form("a proxy's headers", "X-Forwarded-For=10.0.0.1&X-Forwarded-Port=443&X-Request-Id=9&X-Request-Start=17000000&Age=0"),
        Form("one of several files", "fileIndex=0&fileCount=3&fileId=7"),
        Form("a size and no digest", "index=3&size=5242880&md5="),
        Form("a part of an order", "part=4711&total=119"),
        Form("a part of several files", "part=2&fileCount=3"),
        Form("a date", "period=10-12/2026"),
        Form("a picture of several", "n=2&of=5"),
        Form("pizzas", "slices=8&topping=ham"),
        Form("the only one", "index=0&total=1&file_id=5"),
        Form("a gallery in parts of the day", "index=9&parts=4"),
        Form("a range of prices", "from=10&to=200&total=15"),
        Form("a fraction", "share=1/3&scale=1 of 50"),
        Form("a page of a list", "offset=20&length=10&total=200"),
        Form("a computation", "comp=blockwise&blockid=7"),
        Form("a counterpart", "counterpart=3&counterparts=4&encounter=2&discount=10&backend=1&restart=0"),
        Form("a product's number", "partNumber=4711&quantity=2"),
        Form("a product's small number", "part_no=12&price=3.50"),
        Form("a product's number with blanks", "Part Number=4711"),
        Form("a product and its name", "partNumber=12&name=Screw"),
        Form("a product in brackets", "part[number]=12&part[name]=Screw"),
        Form("a product and a sum", "part_no=12&total=119&currency=EUR"),
        Form("a cart", """cart=[{"partNumber":1,"qty":3}]"""),
        Form("a cart of numbers", """cart=[{"partNumber":1},{"partNumber":2}]"""),
        Form("a product in JSON", """item={"part":{"number":12,"name":"Screw"}}"""),
        Form("an amount larger than the file", "index=3&total=12000000&currency=JPY"),
        Form("a position and an amount", "position=2&total=40000000&price=4"),
        Form("a size of something", "size=31457280&title=t"),
        Form("a weekly digest", "digest=weekly&index=2&total=5"),
        Form("a checksum that is ok", "checksum=ok&from=1&to=10"),
        Form("a hash of an address", "hash=%23top&index=2&total=5"),
        Form("rows thrown together", """items=[{"index":0,"total":5},{"id":1,"file_id":9}]"""),
        Form("a list of files and a page of it", """m={"index":1,"total":5,"items":[{"md5":"d41d8cd98f00b204e9800998ecf8427e"}]}"""),
        Form("answers to count", """survey={"answers":[{"index":1,"hash":"a1"}],"total":5}"""),
        Form("other files", """attachments=[{"name":"b.bin","fileSize":31457280}]"""),
        Form("blocks of a page", """page={"blocks":[{"position":3}]}""", "image", "blob"),
        Form("a range of prices with a sum", "price_range=10-20/30"),
        Form("a range in a year", "range=10-20/5"),
        Form("peanut butter in chunks", "chunk=peanut butter"),
        Form("a text in chunks", "text_chunk=The 3 little pigs"),
        Form("notes on chunks", "notes[chunk]=x"),
        Form("an upload that is not complete yet", "uploadComplete=false&title=t"),
        Form("the last part of an upload", "Upload-Complete=?1&Upload-Length=5242880"),
        Form("a task that is not done", "position=3&done=false"),
        Form("a bill's photo", "number=7&total=119&currency=EUR", "photo", "blob"),
        Form("a blob in one part", "parts=1", "image", "blob"),
        Form("a part of a split archive", "title=t", fileName: "archive.zip.part1"),
        Form("a picture of several of a thing", "id=5&index=2", "image", "blob"),
        Form("a building", "block_id=B-12&block_count=4"),
    ];

    [TestCaseSource(nameof(Chunks))]
    public void Knows_a_piece_by_what_is_said_of_it(string query, string part, string fileName) =>
        Assert.That(Find(query, part, fileName), Is.Not.Empty);

    [TestCaseSource(nameof(PlainForms))]
    public void Leaves_plain_forms_alone(string query, string part, string fileName) =>
        Assert.That(Find(query, part, fileName), Is.Empty);

    [Test]
    public async Task Refuses_a_chunk_of_an_unknown_client_and_stores_nothing()
    {
        var before = App.Data.Blobs;
        foreach (var (fields, place) in new[] { ("form", 0), ("query", 1), ("header", 2), ("behind the file", 3) })
        {
            var bytes = TestFile.Random(1000).Bytes;
            var form = new MultipartFormDataContent();
            var file = new ByteArrayContent(bytes);
            if (place == 3)
            {
                form.Add(file, "file", "video.mp4");
            }

            if (place is 0 or 3)
            {
                form.Add(new StringContent("0"), "sliceIndex");
                form.Add(new StringContent("6"), "sliceCount");
            }

            if (place != 3)
            {
                form.Add(file, "file", "video.mp4");
            }

            var request = new HttpRequestMessage(
                HttpMethod.Post, place == 1 ? "upload?sliceIndex=0&sliceCount=6" : "upload") { Content = form };
            if (place == 2)
            {
                request.Headers.Add("X-Slice-Index", "0");
                request.Headers.Add("X-Slice-Count", "6");
            }

            var answer = await Client.SendAsync(request);
            Assert.That(answer, Refused.With(400, "unknown-chunk-fields"), fields);
            Assert.That(answer["detail"].GetString(), Does.Match("(?i)slice.?index, (x-)?slice.?count").And.Contain("README"));
        }

        Assert.That(App.Data.Query("SELECT Name FROM StoredFiles WHERE Name = 'video.mp4'"), Is.Empty);
        Assert.That((App.Data.Parts, App.Data.Blobs), Is.EqualTo((Array.Empty<string>(), before)));
    }

    [Test]
    public async Task Refuses_a_chunk_that_is_told_of_in_a_file_of_JSON_beside_it()
    {
        const string Chunk = """{"chunkIndex":0,"totalChunks":6}""";
        foreach (var (name, text, type, before, status) in new[]
        {
            ("blob", Chunk, "application/json", 0, 400),
            ("blob", Chunk, "application/vnd.x+json", 0, 400),
            ("blob", Chunk, "text/json", 0, 400),
            ("blob", Chunk, "text/plain", 0, 400),
            ("blob", Chunk, "application/octet-stream", 0, 400),
            ("blob", Chunk, "application/json", 8, 400),
            ("blob", "\uFEFF" + Chunk, "application/json", 0, 400),
            ("blob", System.Text.Json.JsonSerializer.Serialize(Chunk), "application/json", 0, 400),
            ("blob", """{"title":"chunk 0"}""", "application/json", 0, 200),
            ("blob", """{"title":"chunk 0"}""", "text/plain", 0, 200),
            ("blob", """{"index":2,"total":10}""", "application/json", 0, 200),
            ("blob", """{"index":2,"total":10}""", "application/octet-stream", 0, 200),
            ("stats.json", Chunk, "application/json", 0, 200),
        })
        {
            var form = new MultipartFormDataContent();
            for (var other = 0; other < before; other++)
            {
                form.Add(new StringContent("{}", Encoding.UTF8, "application/json"), $"other{other}", "blob");
            }

            form.Add(new StringContent(text, Encoding.UTF8, type), "meta", name);
            form.Add(new ByteArrayContent(TestFile.Random(1000).Bytes), "file", "a.bin");
            var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
            Assert.That(answer.Status, Is.EqualTo(status), $"{text} {type} {before}");
        }
    }

    [Test]
    public async Task Refuses_more_JSON_beside_the_files_than_a_form_may_have_of_fields()
    {
        var form = new MultipartFormDataContent();
        for (var blob = 0; blob < 17; blob++)
        {
            form.Add(new StringContent($"[\"{new string('a', 64_000)}\"]"), $"state{blob}", "blob");
        }

        form.Add(new ByteArrayContent(new byte[1]), "file", "a.bin");
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
        Assert.That(answer, Refused.With(400, "invalid-request"));
    }

    [TestCase("upload?partNumber=4711&quantity=2", null, null, 400)]
    [TestCase("upload?partNumber=1&partNumber=1", null, null, 400)]
    [TestCase("upload?index=1&index=1&total=6&hash=ab", null, null, 400)]
    [TestCase("upload?meta=%7B%22chunkIndex%22:0%7D&meta=%7B%22a%22:0%7D", null, null, 400)]
    [TestCase("upload", "X-Part-Number", "1", 400)]
    [TestCase("upload", "X-Part-Number", "1, 1", 400)]
    [TestCase("upload", "Upload-Complete", "?0", 400)]
    [TestCase("upload", "Upload-Complete", "?1", 200)]
    [TestCase("upload", "Upload-Incomplete", "?1", 400)]
    [TestCase("upload?upload-complete=false", null, null, 400)]
    [TestCase("upload", "X-Meta", """{"part":{"number":1},"quantity":2}""", 400)]
    [TestCase("upload?quantity=2", "Accept-Language", "de, en;q=0.5", 200)]
    public async Task Looks_at_each_value_of_the_query_and_the_headers(string path, string? header, string? value, int status)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[1000]), "file", "a.bin" } };
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        Assert.That((await Client.SendAsync(request)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Looks_at_each_value_of_a_field_that_is_repeated(
        [Values("upload", "uploads")] string path, [Values] bool isBehindTheBytes)
    {
        (string, object?)[] own = path == "upload" ? [] : [("fileName", "a.bin"), ("size", 5)];
        (string, object?)[] twice = [("partIndex", 1), ("PartIndex", "")];
        var answer = isBehindTheBytes
            ? await Client.PostAsync(path, own, new byte[5], twice)
            : await Client.PostAsync(path, [.. own, .. twice], new byte[5]);
        Assert.That(answer, Refused.With(400, "unknown-chunk-fields"));
    }

    [Test]
    public async Task Refuses_a_file_whose_part_of_the_form_says_its_range()
    {
        var content = new ByteArrayContent(TestFile.Random(1000).Bytes);
        content.Headers.ContentRange = new(0, 999, 3000);
        var form = new MultipartFormDataContent { { content, "file", "a.bin" } };
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload") { Content = form });
        Assert.That(answer, Refused.With(400, "unknown-chunk-fields"));
    }

    [Test]
    public async Task Refuses_text_that_cannot_be_read()
    {
        foreach (var name in new[] { "metadata", "note" })
        {
            var answer = await Client.PostAsync("upload", [(name, """{"a":"\ud83d","chunkIndex":0}""")], new byte[1]);
            Assert.That(answer, Refused.With(400, "invalid-request"), name);
        }
    }

    [Test]
    public async Task Tells_an_unknown_client_that_asks_or_says_it_is_done_why()
    {
        Assert.That(await Client.GetAsync("upload?chunkNo=0&chunkSum=6"), Refused.With(400, "unknown-chunk-fields"));
        Assert.That(
            await Client.PostAsync("upload", [("chunkSum", 6), ("merge", "a.bin")]), Refused.With(400, "unknown-chunk-fields"));
    }

    static IReadOnlyList<string> Find(string query, string part, string fileName) =>
        UnknownChunkFields.Find(
            QueryHelpers.ParseQuery(query).SelectMany(
                field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? "")),
            [],
            [(part, fileName, Length)]);

    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    static TestCaseData Form(string name, string query, string part = "file", string fileName = "a.bin") =>
        new TestCaseData(query, part, fileName).SetArgDisplayNames(name);
}
