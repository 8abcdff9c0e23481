-- The rest of a city's page, in the form that recomputed.sql explains. Kinds of parts that stand only here:
--   outliers [caption]       units outside the limits of chance, with how near our own limits are: see reading.py
--   funnel   [title]         every unit's number of dossiers and rate, drawn in the funnel
--   map      [title]         every unit's name and rate, drawn and partly written in the map

-- @ prepare

-- Points of a score, half-up; names without the kind of unit.
CREATE MACRO score(x) AS hundredths(floor(100 * x + 0.5 + 1e-9)::BIGINT);
CREATE MACRO short_name(name) AS regexp_replace(name, '^(Xã|Phường|Đặc khu) ', '');

-- Units with data to the end: received in the last days of the period, two fifths of it or a week, or later. Units are
-- ranked where at least 80 % have them.
CREATE TABLE reach AS
    SELECT days, count(*) FILTER (ends >= stop - days * INTERVAL 1 DAY) AS reaching, count(*) AS units,
        10 * reaching >= 8 * units AS ranked
    FROM (SELECT stop, least(7, (2 * (stop - first) + 4) // 5)::INT AS days FROM period), member
    LEFT JOIN stored USING (commune) GROUP BY stop, days;
-- Every unit in the period, in alphabetical order, and all together.
CREATE TABLE unit_row AS
    SELECT coalesce(name, 'Toàn địa bàn') AS name, kind, lower_first(name) AS in_text, short_name(name) AS short,
        row_number() OVER (ORDER BY commune IS NULL, short COLLATE vi, commune) AS place, unit_count.*
    FROM unit_count LEFT JOIN member USING (commune) WHERE back = 0;

-- Positions by each rate.
CREATE TABLE standing AS
    SELECT *, numerator / nullif(denominator, 0) AS share,
        CASE WHEN commune IS NOT NULL AND denominator > 0 THEN
            rank() OVER (PARTITION BY indicator, commune IS NULL, denominator > 0
                ORDER BY CASE WHEN more_is_better THEN -share ELSE share END) END AS position,
        concat_ws(' ', pct(numerator, denominator), format('({})', position)) AS said
    FROM unit_rate WHERE back = 0;
CREATE MACRO the_one(this, said) AS any_value(said) FILTER (this);

-- Those in order, best and worst first; of equals the one with more dossiers.
CREATE TABLE ranked AS
    SELECT standing.*, name, in_text, short, pct(numerator, denominator) AS printed,
        row_number() OVER best AS from_first, row_number() OVER worst AS from_last
    FROM standing JOIN unit_row USING (commune), reach WHERE reach.ranked AND position IS NOT NULL
    WINDOW best AS (PARTITION BY indicator ORDER BY position, denominator DESC, commune),
        worst AS (PARTITION BY indicator ORDER BY position DESC, denominator, commune DESC);

-- Limits of chance after Spiegelhalter: 99,8 % of the units that are like all others lie between them. They lie around
-- the rate of all, on the arcsine of the root (with Anscombe's corrections), where a rate of d dossiers varies by
-- 1 / (4 d + 2), and the units among themselves by so much that their scores, cut off at 1,5 around the median, are as
-- large as chance has them (0,77847 is the mean square of a normal variate cut off so). Of the five rates that the page
-- looks at it names those of which a unit is outside.
CREATE TABLE spread AS
    WITH angled AS (
        SELECT indicator, 1 / (4 * denominator + 2) AS noise,
            asin(sqrt((numerator + 0.375) / (denominator + 0.75))) AS angle
        FROM ranked
        WHERE indicator IN ('online_rate', 'in_time_rate', 'pending_overdue_rate', 'online_payment_rate')),
    centred AS (SELECT *, angle - median(angle) OVER (PARTITION BY indicator) AS off FROM angled)
    SELECT indicator, min(between_units) AS between_units
    FROM (
        SELECT indicator, between_units
        FROM centred, (SELECT (step * 0.0005) ** 2 AS between_units FROM generate_series(0, 600) AS steps(step))
        GROUP BY indicator, between_units
        HAVING sum(least(1.5 ** 2, off ** 2 / (noise + between_units))) <= 0.77847 * (count(*) - 1))
    GROUP BY indicator;
CREATE MACRO share_at(place, d) AS
    (sin(greatest(0, least(pi() / 2, place))) ** 2 * (d + 0.75) - 0.375) / d;
CREATE TABLE chance AS
    SELECT ranked.*, whole.numerator AS whole_numerator, whole.denominator AS whole_denominator,
        asin(sqrt(whole.numerator / whole.denominator)) AS middle,
        3.0902 * sqrt(1 / (4 * ranked.denominator + 2) + between_units) AS reach,
        share_at(middle - reach, ranked.denominator) AS low, share_at(middle + reach, ranked.denominator) AS high,
        CASE WHEN ranked.share > high THEN 'cao' WHEN ranked.share < low THEN 'thấp' ELSE '' END AS side
    FROM ranked JOIN spread USING (indicator)
    JOIN (FROM standing WHERE commune IS NULL) AS whole USING (indicator);

-- What each unit is late with in each field, in per cent; where the shades of these part. That is near each fifth of
-- them, at a multiple of a round number: the largest that parts them into four or more, the most even of these, none
-- with more than two fifths of all if that can be.
CREATE MACRO share_bound(x) AS CASE WHEN x = floor(x) THEN n(x) ELSE hundredths(round(100 * x)::INT) END || '%';
CREATE TABLE lateness AS
    SELECT commune, field, field_name, count(*) FILTER (overdue) AS late, count(*) AS handled,
        100 * late / count(*) AS rate
    FROM dossier GROUP BY commune, field, field_name;
CREATE TABLE parting AS
    WITH late AS (SELECT rate, count(*) OVER () AS cells FROM lateness WHERE late > 0),
    tried AS (
        SELECT DISTINCT step, round(round_even(fifth / step, 0) * step, 2) AS bound
        FROM (SELECT unnest([10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01])::DOUBLE AS step),
            (SELECT unnest(quantile_cont(rate, [0.2, 0.4, 0.6, 0.8])) AS fifth FROM late)),
    told_apart AS (
        SELECT step, min(bound) AS bound, below, any_value(cells) AS cells
        FROM (SELECT step, bound, count(*) FILTER (rate < bound) AS below, count(*) AS cells
            FROM tried, late GROUP BY step, bound)
        WHERE 0 < below AND below < cells GROUP BY step, below),
    sized AS (
        SELECT *, greatest(below - lag(below, 1, 0) OVER steps, lead(below, 1, cells) OVER steps - below) AS largest
        FROM told_apart WINDOW steps AS (PARTITION BY step ORDER BY bound))
    SELECT coalesce(first(bounds), []) AS bounds
    FROM (SELECT list(bound ORDER BY bound) AS bounds FROM sized GROUP BY step
        ORDER BY least(len(bounds), 3) DESC, greatest(max(largest) / any_value(cells), 0.4), step DESC LIMIT 1);

-- The score of QĐ 766: its parts, and those of which the dossiers give the points.
CREATE TABLE component AS
    SELECT * FROM (VALUES
        (1, 'Công khai, minh bạch', 18, NULL, 'Lấy theo số điểm được báo cáo.'),
        (2, 'Giải quyết đúng tiến độ', 20, 'progress_rate', '20 × hồ sơ trước hạn, đúng hạn và đang giải quyết '
            || 'trong hạn / hồ sơ tiếp nhận trong kỳ và kỳ trước chuyển sang; hồ sơ phải bổ sung quá một lần '
            || 'tính là quá hạn.'),
        (3, 'Dịch vụ công trực tuyến', 12, NULL, 'Lấy theo số điểm được báo cáo.'),
        (4, 'Hồ sơ thanh toán trực tuyến', 6, 'online_payment_rate',
            '6 × hồ sơ thanh toán phí, lệ phí trực tuyến / hồ sơ có phí, lệ phí.'),
        (5, 'Thủ tục có hồ sơ thanh toán trực tuyến', 2, NULL,
            '2,5 × thủ tục có hồ sơ thanh toán trực tuyến / thủ tục có phí, lệ phí; không quá 2 điểm.'),
        (6, 'Thủ tục có phí, lệ phí phát sinh hồ sơ', 2, NULL,
            '2,5 × thủ tục có phí, lệ phí phát sinh hồ sơ / thủ tục có phí, lệ phí; không quá 2 điểm.'),
        (7, 'Kết quả điện tử', 6, 'e_result_rate',
            '6 × hồ sơ đã giải quyết có kết quả điện tử / hồ sơ đã giải quyết có ghi thông tin này.'),
        (8, 'Số hóa thành phần hồ sơ', 4, 'digitised_rate',
            '4 × hồ sơ được số hóa thành phần / hồ sơ tiếp nhận có ghi thông tin này.'),
        (9, 'Chứng thực bản sao điện tử', 2, NULL, '2 × tỷ lệ được báo cáo.'),
        (10, 'Sử dụng lại dữ liệu số hóa', 2, NULL, '2 × tỷ lệ được báo cáo.'),
        (11, 'Kho dữ liệu điện tử của công dân', 4, NULL, '4 × tỷ lệ được báo cáo.'),
        (12, 'Cơ sở dữ liệu quốc gia về dân cư', 4, NULL, '4 × tỷ lệ được báo cáo.'),
        (13, 'Xử lý phản ánh, kiến nghị đúng hạn', 6, NULL, '6 × phản ánh, kiến nghị xử lý đúng hạn '
            || '/ phản ánh, kiến nghị tiếp nhận; 6 điểm khi không có phản ánh, kiến nghị.'),
        (14, 'Hài lòng về xử lý phản ánh, kiến nghị', 6, NULL,
            '6 × tỷ lệ hài lòng được báo cáo; 6 điểm khi không có phản ánh, kiến nghị.'),
        (15, 'Hài lòng về tiếp nhận, giải quyết thủ tục', 6, NULL,
            '6 × tỷ lệ hài lòng được báo cáo / 90%; không quá 6 điểm.')
    ) AS components(place, part, most, indicator, how);
-- Points, and whether a part counts: at least 80 % of the units have it.
CREATE TABLE points_of AS
    SELECT back, commune, component.place, part, most, indicator, most * numerator / nullif(denominator, 0) AS points,
        10 * count(points) OVER (PARTITION BY back, part) >= 8 * (SELECT units FROM reach) AS counts
    FROM unit_rate JOIN component USING (indicator) WHERE commune IS NOT NULL;
CREATE TABLE total AS
    SELECT back, commune, sum(points) AS points, sum(most) AS most,
        rank() OVER (PARTITION BY back ORDER BY sum(points) DESC) AS position
    FROM points_of WHERE counts GROUP BY back, commune HAVING count(*) = count(points);

-- Whether the parts that counted in the period before are the same.
CREATE TABLE yardstick AS
    SELECT coalesce(list_sort(list(DISTINCT part) FILTER (counts AND back = 0))
        = list_sort(list(DISTINCT part) FILTER (counts AND back = 1)), false) AS same
    FROM points_of;

-- Published figures of the city's communes together, of the city and of its own centre, in the order of their table.
CREATE TABLE figure AS
    SELECT *, CASE unit_of_value WHEN 'percent' THEN replace(value, '.', ',') || '%' ELSE n(value) END AS printed
    FROM (
        SELECT place, name_place, indicator, value, label, readings, role, named.unit AS unit_of_value,
            try_strptime(split_part(period, '..', 1), '%Y-%m-%d')::DATE AS begins,
            try_strptime(split_part(period, '..', -1), '%Y-%m-%d')::DATE AS ends,
            CASE figures.unit WHEN unit.name || ' (cấp xã)' THEN 'communes' WHEN unit.name THEN 'city'
                WHEN 'Trung tâm Phục vụ hành chính công ' || province_name THEN 'centre' END AS of
        FROM (
            SELECT *, row_number() OVER () AS place
            FROM read_csv(getvariable('reported') || '/published_figures.csv', header = true, all_varchar = true)
        ) AS figures
        JOIN (
            SELECT code, name AS label, unit, readings, role, row_number() OVER () AS name_place
            FROM reference('reported_names')) AS named ON code = indicator, unit)
    WHERE of IS NOT NULL;
-- Those of exactly the period; the national ranks of its parts.
CREATE TABLE given AS SELECT figure.* FROM figure, period WHERE begins = first AND ends = last;
CREATE TABLE national AS
    SELECT figure.* FROM figure, period
    WHERE of = 'city' AND indicator = 'national_rank' AND begins >= first AND ends <= last;

-- What is compared with the period before: a count, or a rate with its denominator. More than chance gives once in a
-- hundred times: two proportions by the usual test, counts (for as many working days) by their difference. That
-- dossiers come in waves moves the line for counts; none of these is near it.
CREATE TABLE compared AS
    SELECT place, label, said, a, b, c, d, b IS NULL AS is_count,
        CASE WHEN is_count THEN a > c ELSE apart(a, b, c, d) > 0 END AS more, (a + c) / (b + d) AS rate,
        2.5758 < CASE WHEN is_count THEN abs(a - c * days) / sqrt(a + c * days ** 2)
            ELSE abs(a / b - c / d) / sqrt(rate * (1 - rate) * (1 / b + 1 / d)) END AS is_clear
    FROM counts, before, (
        SELECT count(*) FILTER (works AND day BETWEEN now.first AND now.last)
            / count(*) FILTER (works AND day BETWEEN was.first AND was.last) AS days
        FROM calendar, periods AS now, periods AS was WHERE now.back = 0 AND was.back = 1),
    LATERAL (VALUES
        (1, 'Tiếp nhận trong kỳ', 'số hồ sơ tiếp nhận', counts.received, NULL, before.received, NULL),
        (2, 'Đã giải quyết', NULL, counts.resolved, NULL, before.resolved, NULL),
        (3, 'Tỷ lệ tiếp nhận trực tuyến', 'tỷ lệ tiếp nhận trực tuyến', counts.online, counts.with_channel,
            before.online, before.with_channel),
        (4, 'Tỷ lệ đã giải quyết', 'tỷ lệ đã giải quyết', counts.resolved, counts.handled,
            before.resolved, before.handled),
        (5, 'Tỷ lệ giải quyết trước và đúng hạn', 'tỷ lệ giải quyết trước và đúng hạn',
            counts.in_time, counts.resolved_due, before.in_time, before.resolved_due),
        (6, 'Giải quyết quá hạn', NULL, counts.late, NULL, before.late, NULL),
        (7, 'Đang giải quyết', NULL, counts.pending, NULL, before.pending, NULL),
        (8, 'Đang giải quyết, đã quá hạn', NULL, counts.pending_overdue, NULL, before.pending_overdue, NULL),
        (9, 'Tỷ lệ quá hạn chung', 'tỷ lệ quá hạn chung', counts.overdue, counts.handled,
            before.overdue, before.handled)
    ) AS figures(place, label, said, a, b, c, d);

-- @ must
-- The masthead, the rules in force, the provenance.

SELECT unnest([
    upper_first(period_name(first, last)),
    CASE WHEN months(first, last) IS NOT NULL THEN days_named(first, last) END,
    format('{}/{} đơn vị', reaching, units),
    format('Dữ liệu hiện có{} – {}', dmy(begins), dmy(greatest(ends, ended))),
    format('Tình trạng mọi hồ sơ xác định đến hết ngày {} theo', dmy(last)),
    format('tiếp nhận hồ sơ trong {} ngày cuối kỳ hoặc sau đó', days),
    format('đơn vị {}; kỳ {}', code, days_named(first, last))
]) FROM period, reach, unit, held, (
    SELECT max(coalesce(finished_at, returned_at)) AS ended
    FROM read_parquet(getvariable('files'), hive_partitioning = false) SEMI JOIN member USING (commune))
UNION ALL
SELECT unnest([
    'trước buổi (sáng đến 12 giờ, chiều từ 12 giờ) có hạn trả',
    'trong biểu II.06a ghi ở cột Đúng hạn',
    '(trạng thái 1, 3)',
    'số 5 làm tròn lên',
    'Chỉ xếp hạng khi ít nhất 80% số đơn vị'
]);

-- @ must
-- The period before; whether units can be ranked.

SELECT CASE
    WHEN begins::DATE > shifted(first, 1)
        THEN format('Chưa so sánh với kỳ trước ({}) do dữ liệu chỉ có từ ngày {}.', was, dmy(begins))
    WHEN NOT EXISTS (FROM before)
        THEN format('Không so sánh với kỳ trước ({}): kỳ đó không tiếp nhận hồ sơ.', was)
    ELSE format('Kỳ trước là {}; chênh lệch tính từ số chưa làm tròn.', period_within(began, ended)) END
FROM (
    SELECT *, period_name(began, ended) AS was
    FROM (SELECT *, shifted(first, 1) AS began, (shifted(stop, 1) - 1)::DATE AS ended FROM period)
), held
UNION ALL
SELECT format('chỉ {}/{} đơn vị của ', reaching, units) FROM reach WHERE NOT ranked
UNION ALL
SELECT format('Chỉ {}/{} đơn vị có dữ liệu đến hết kỳ: số liệu chung chưa đủ.', reaching, units)
FROM reach WHERE NOT ranked;

-- @ rows Đơn vị dẫn đầu và đơn vị cần quan tâm

-- Of a day or a week two, else three; equals who are too many for that are not named.
WITH named AS (
    SELECT ranked.*, pct_of(numerator, denominator) AS fraction, CASE WHEN last < first + 7 THEN 2 ELSE 3 END AS lines,
        max(from_first) OVER equals <= lines AS is_best, max(from_last) OVER equals <= lines AS is_worst
    FROM ranked, period WINDOW equals AS (PARTITION BY indicator, position)),
best AS (FROM named WHERE is_best),
worst AS (FROM named WHERE is_worst)
SELECT chosen.name AS "Chỉ tiêu",
    coalesce(worst.position::VARCHAR, '') AS "Hạng", coalesce(worst.name, '') AS "Cần quan tâm",
    coalesce(worst.fraction, '') AS "Tỷ lệ",
    coalesce(best.position::VARCHAR, '') AS "Hạng", coalesce(best.name, '') AS "Tốt nhất",
    coalesce(best.fraction, '') AS "Tỷ lệ"
FROM (VALUES (1, 'online_rate', 'Trực tuyến'), (2, 'in_time_rate', 'Trước và đúng hạn'),
    (3, 'pending_overdue_rate', 'Đang giải quyết đã quá hạn')) AS chosen(place, indicator, name)
CROSS JOIN generate_series(1, 3) AS steps(line)
LEFT JOIN best ON best.indicator = chosen.indicator AND best.from_first = line
LEFT JOIN worst ON worst.indicator = chosen.indicator AND worst.from_last = line
WHERE best.name IS NOT NULL OR worst.name IS NOT NULL ORDER BY chosen.place, line;

-- @ must
-- What was published beside it.

SELECT format('Lượt người đến giao dịch: {}', string_agg(format('{} ở {}', printed, CASE of WHEN 'communes'
    THEN 'các đơn vị cấp xã' ELSE 'trung tâm cấp tỉnh' END), '; ' ORDER BY of DESC))
FROM given WHERE indicator = 'visits' HAVING count(*) > 0
UNION ALL
SELECT format('Phản ánh, kiến nghị: tiếp nhận {}, đã xử lý {}, đang xử lý {}', received.printed, resolved.printed,
    pending.printed)
FROM given AS received, given AS resolved, given AS pending
WHERE received.indicator = 'feedback_received' AND resolved.indicator = 'feedback_resolved'
    AND pending.indicator = 'feedback_pending'
UNION ALL
SELECT format('({})', received.printed) FROM given AS received, given AS resolved, given AS pending
WHERE received.indicator = 'feedback_received' AND resolved.indicator = 'feedback_resolved'
    AND pending.indicator = 'feedback_pending' AND received.value::INT = resolved.value::INT + pending.value::INT
UNION ALL
SELECT format('Thứ hạng toàn quốc đã công bố: {}', string_agg(format('{}{}: {}',
    CASE WHEN ends = begins THEN '' WHEN month(begins) = month(ends) THEN strftime(begins, '%d–')
        ELSE strftime(begins, '%d/%-m–') END, strftime(ends, '%d/%-m'), printed), '; ' ORDER BY begins))
FROM national HAVING count(*) > 0;

-- @ rows So với chỉ tiêu được giao

SELECT label AS "Chỉ tiêu", verdict AS "Chỉ tiêu được giao", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số",
    pct(numerator, denominator) AS "Tỷ lệ", basis AS "Mẫu số là"
FROM target ORDER BY place;

-- @ rows Trực tuyến, thanh toán, số hóa

SELECT label AS "Chỉ tiêu", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số",
    pct(numerator, denominator) AS "Tỷ lệ", basis AS "Mẫu số là"
FROM rate ORDER BY place;

-- @ must
-- Whose figures these are, and the changes that are more than chance.

SELECT format('{}, {} đơn vị cấp xã của {}',
    CASE WHEN first = last THEN 'Trong ' || in_prose(first)
        ELSE format('Từ {} đến {}', in_prose(first), in_prose(last)) END,
    (SELECT count(*) FROM unit_row WHERE commune IS NOT NULL AND received > 0), province_name)
FROM period, unit
UNION ALL
SELECT format('{} {} rõ ({} so với {})', said, CASE WHEN more THEN 'tăng' ELSE 'giảm' END,
    CASE WHEN is_count THEN n(a) ELSE pct(a, b) END, CASE WHEN is_count THEN n(c) ELSE pct(c, d) END)
FROM compared, reach WHERE ranked AND is_clear AND said IS NOT NULL
UNION ALL
SELECT format('So với {},', period_within(first, last)) FROM periods, reach, before WHERE periods.back = 1 AND ranked;

-- @ lists So với các kỳ trước

SELECT ['Số liệu', upper_first(period_name(now.first, now.last)), upper_first(period_name(was.first, was.last)),
    'Chênh lệch', 'Nhận xét']
FROM periods AS now, periods AS was, before WHERE now.back = 0 AND was.back = 1
UNION ALL
(SELECT [label, CASE WHEN is_count THEN n(a) ELSE pct(a, b) END, CASE WHEN is_count THEN n(c) ELSE pct(c, d) END,
    CASE WHEN is_count THEN change(a - c) ELSE points(a, b, c, d) || ' điểm %' END,
    CASE WHEN NOT ranked THEN '–' WHEN NOT is_clear THEN 'khác biệt chưa rõ' WHEN more THEN 'tăng rõ'
        ELSE 'giảm rõ' END]
FROM compared, reach ORDER BY place);

-- @ must
-- What is called more than chance.

SELECT 'lớn hơn mức dao động ngẫu nhiên (độ tin cậy 99%)' FROM before, reach WHERE ranked;

-- @ rows Thông tin bổ trợ do đơn vị báo cáo hoặc đã công bố

SELECT label AS "Nội dung", printed AS "Số liệu", '–' AS "Tỷ lệ"
FROM given WHERE of = 'communes' AND role IS NOT NULL ORDER BY name_place;

-- @ rows Thứ hạng toàn quốc đã công bố

SELECT concat_ws(' – ', dmy(begins), CASE WHEN ends > begins THEN dmy(ends) END) AS "Thời gian", printed AS "Thứ hạng"
FROM national ORDER BY begins;

-- @ must
-- What the published ranks are of.

SELECT DISTINCT 'Trong 34 tỉnh, thành phố' FROM national;

-- @ rows Trung tâm phục vụ hành chính công cấp tỉnh bên cạnh các đơn vị cấp xã

SELECT centre.label AS "Nội dung", coalesce(communes.printed, '–') AS "Các đơn vị cấp xã",
    centre.printed AS "Trung tâm cấp tỉnh"
FROM (FROM given WHERE of = 'centre') AS centre
LEFT JOIN (FROM given WHERE of = 'communes') AS communes USING (indicator) ORDER BY centre.place;

-- @ funnel Tỷ lệ giải quyết trước và đúng hạn (chung …): …

SELECT denominator, 100 * share, side FROM chance WHERE indicator = 'in_time_rate';

-- @ map Tỷ lệ giải quyết trước và đúng hạn: cao nhất …, thấp nhất … (…)

SELECT short, name, printed, 100 * share FROM ranked WHERE indicator = 'in_time_rate' ORDER BY from_last;

-- @ must
-- How far the units are that lie outside the map.

SELECT format('khoảng {} km', 10 * round(min(away) / 10)::INT)
FROM (
    SELECT one.commune, 2 * 6371 * asin(sqrt(sin(radians(other.latitude::DOUBLE - one.latitude::DOUBLE) / 2) ** 2
        + cos(radians(one.latitude::DOUBLE)) * cos(radians(other.latitude::DOUBLE))
        * sin(radians(other.longitude::DOUBLE - one.longitude::DOUBLE) / 2) ** 2)) AS away
    FROM member AS one JOIN member AS other ON one.commune <> other.commune, reach WHERE ranked)
GROUP BY commune HAVING min(away) > 50;

-- @ must
-- Titles and texts of the funnel and the map; what the limits mean.

SELECT format('(chung {})', pct(in_time, resolved_due)) FROM counts, reach WHERE ranked
UNION ALL
SELECT format('chung {}', pct(in_time, resolved_due)) FROM counts, reach WHERE ranked
UNION ALL
SELECT CASE WHEN count(*) FILTER (side <> '') = 0 THEN format('không đơn vị nào trong {} đơn vị', count(*)) END
FROM chance WHERE indicator = 'in_time_rate' HAVING count(*) > 0
UNION ALL
SELECT unnest([format('{} đơn vị {} hơn giới hạn dao động chung', count(*), side),
    format('{} hơn giới hạn ({})', side, count(*))])
FROM chance WHERE indicator = 'in_time_rate' AND side <> '' GROUP BY side
UNION ALL
SELECT format('{} ({})', in_text, printed) FROM chance WHERE indicator = 'in_time_rate' AND side <> ''
UNION ALL
SELECT format('cao nhất {} ({})', string_agg(in_text, ' và ' ORDER BY from_first), any_value(printed))
FROM ranked WHERE indicator = 'in_time_rate' AND position = 1 HAVING count(*) < 3
UNION ALL
SELECT format('thấp nhất {} ({})', string_agg(in_text, ' và ' ORDER BY from_last), any_value(printed))
FROM (FROM ranked WHERE indicator = 'in_time_rate' QUALIFY share = min(share) OVER ())
HAVING count(*) BETWEEN 1 AND 2
UNION ALL
SELECT unnest(['Xét 5 tỷ lệ', 'chỉ có 0,2% khả năng vượt ngưỡng']) FROM reach WHERE ranked
UNION ALL
SELECT 'Cần ít nhất 10 đơn vị để xét' FROM reach WHERE NOT ranked;

-- @ outliers Đơn vị khác mức chung nhiều hơn ngẫu nhiên

SELECT name AS "Đơn vị", label AS "Chỉ tiêu", printed AS "Tỷ lệ", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số",
    pct(whole_numerator, whole_denominator) AS "Toàn địa bàn",
    CASE WHEN more_is_better = (share > whole_numerator / whole_denominator) THEN 'tốt hơn rõ rệt'
        ELSE 'kém hơn rõ rệt' END
        AS "So với mức chung",
    100 * share, 100 * low, 100 * high
FROM chance;

-- @ lists Hồ sơ quá hạn theo đơn vị và lĩnh vực

WITH cell AS (
    SELECT *, CASE WHEN late > 0 THEN format('{} {} s{}', n(late), pct(late, handled),
        1 + round_even(4 * len(list_filter(bounds, lambda bound: rate >= bound)) / greatest(len(bounds), 1), 0)::INT)
        ELSE '' END AS said
    FROM lateness, parting),
field_total AS (
    SELECT field, field_name, sum(late) AS overdue FROM cell GROUP BY field, field_name HAVING sum(late) > 0),
line AS (
    SELECT commune, unit_row.overdue, [name] || list(coalesce(said, '') ORDER BY field_total.overdue DESC, field)
        || [n(unit_row.overdue), pct(unit_row.overdue, unit_row.handled)] AS line
    FROM unit_row CROSS JOIN field_total LEFT JOIN cell USING (commune, field)
    WHERE commune IS NOT NULL GROUP BY commune, name, unit_row.overdue, unit_row.handled)
SELECT ['Đơn vị'] || list(field_name ORDER BY overdue DESC, field) || ['Tổng', 'Tỷ lệ quá hạn chung'] FROM field_total
UNION ALL
(SELECT line FROM line WHERE overdue > 0 ORDER BY overdue DESC, commune)
UNION ALL
SELECT ['Toàn địa bàn'] || (SELECT list(n(overdue) ORDER BY overdue DESC, field) FROM field_total)
    || [n(overdue), pct(overdue, handled)] FROM counts;

-- @ must
-- The shades of the table.

SELECT format('càng đậm: dưới {}; {}từ {}.', share_bound(bounds[1]), (
    SELECT string_agg(format('{}–{}; ', share_bound(low), share_bound(high)), '' ORDER BY low)
    FROM (SELECT unnest(bounds[:-2]) AS low, unnest(bounds[2:]) AS high)), share_bound(bounds[-1]))
FROM parting WHERE len(bounds) > 1;

-- @ rows Theo ngày trong kỳ

SELECT coalesce(format('{} {}', ['CN', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7'][1 + isodow(begins) % 7],
        strftime(begins, '%d/%m')), 'Cả kỳ') AS "Ngày",
    n(received) AS "Tiếp nhận", n(online) AS "Trực tuyến", pct(online, with_channel) AS "Tỷ lệ trực tuyến",
    n(resolved) AS "Đã giải quyết", n(late) AS "Giải quyết quá hạn", n(pending) AS "Còn cuối ngày"
FROM flow('day'), period WHERE last > first ORDER BY begins NULLS LAST;

-- @ lists Tiếp nhận theo ngày

WITH cell AS (
    SELECT *, date_trunc('week', day)::DATE AS monday, isodow(day) AS place, max(received) OVER () AS most
    FROM daily, period WHERE last > first),
grid AS (
    SELECT monday, place, min(day) OVER (PARTITION BY monday) AS begins, max(day) OVER (PARTITION BY monday) AS ends,
        concat_ws(' ', n(received), CASE WHEN received > 0 THEN shade(received, most) END) AS said, received
    FROM (SELECT DISTINCT monday FROM cell) CROSS JOIN generate_series(1, 7) AS steps(place)
    LEFT JOIN cell USING (monday, place))
SELECT ['Tuần', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN', 'Cả tuần'] FROM period WHERE last > first
UNION ALL
(SELECT [span(begins, ends)] || list(said ORDER BY place) || [n(sum(received))] FROM grid
GROUP BY monday, begins, ends ORDER BY monday)
UNION ALL
SELECT ['Cả kỳ'] || list(n(received) ORDER BY place) || [n(sum(received))]
FROM (SELECT place, sum(received) AS received FROM grid GROUP BY place) HAVING count(*) > 0;

-- @ drawn Tiếp nhận …, giải quyết … hồ sơ; ngày … tiếp nhận nhiều nhất (…)

SELECT strftime(day, '%d/%m'), received, resolved FROM daily, period WHERE last > first ORDER BY day;

-- @ drawn … kỳ có … hồ sơ đang giải quyết…; nhiều nhất vào cuối ngày … (…)

SELECT strftime(day, '%d/%m'), daily.pending FROM daily, period WHERE last > first ORDER BY day;

-- @ must
-- Titles of the charts.

SELECT unnest([
    format('Tiếp nhận {}, giải quyết {} hồ sơ', n(received), n(resolved)),
    CASE WHEN carried_over = 0 THEN format('Cuối kỳ có {} hồ sơ đang giải quyết', n(pending))
        ELSE format('Đầu kỳ có {} hồ sơ đang giải quyết, cuối kỳ {} {}', n(carried_over),
            CASE WHEN pending > carried_over THEN 'tăng lên' ELSE 'giảm xuống' END, n(pending)) END
]) FROM counts, period WHERE last > first
UNION ALL
SELECT format('ngày {} tiếp nhận nhiều nhất ({})', dmy(day), n(received))
FROM daily, period WHERE last > first QUALIFY row_number() OVER (ORDER BY received DESC, day) = 1
UNION ALL
SELECT format('nhiều nhất vào cuối ngày {} ({})', dmy(day), n(pending))
FROM daily, period WHERE last > first QUALIFY row_number() OVER (ORDER BY pending DESC, day) = 1;

-- @ rows Xếp hạng theo điểm Bộ chỉ số 766

SELECT now.position::VARCHAR AS "Hạng",
    CASE WHEN before.position IS NULL THEN '–' WHEN before.position = now.position THEN '='
        ELSE format('{} {}', CASE WHEN before.position > now.position THEN '▲' ELSE '▼' END,
            abs(before.position - now.position)) END AS "Thay đổi",
    name AS "Đơn vị", format('{}/{}', score(points), now.most) AS "Điểm tính được", n(received) AS "Tiếp nhận",
    pct(online, with_channel) AS "Trực tuyến", pct(in_time, resolved_due) AS "Trước và đúng hạn",
    pct(progress, handled) AS "Đúng tiến độ"
FROM total AS now JOIN unit_row USING (commune)
LEFT JOIN (SELECT commune, position FROM total, yardstick WHERE back = 1 AND same) AS before USING (commune), reach
WHERE now.back = 0 AND ranked ORDER BY now.position, unit_row.place;

-- @ rows Điểm từng thành phần của từng đơn vị

WITH won AS (
    SELECT commune, arg_max(part, most - points ORDER BY place DESC) AS part, max(most - points) AS gain
    FROM points_of WHERE back = 0 GROUP BY commune)
SELECT name AS "Đơn vị",
    the_one(indicator = 'progress_rate', score(points_of.points)) AS "Giải quyết đúng tiến độ (20)",
    the_one(indicator = 'online_payment_rate', score(points_of.points)) AS "Hồ sơ thanh toán trực tuyến (6)",
    the_one(indicator = 'e_result_rate', score(points_of.points)) AS "Kết quả điện tử (6)",
    the_one(indicator = 'digitised_rate', score(points_of.points)) AS "Số hóa thành phần hồ sơ (4)",
    score(any_value(total.points)) AS "Tổng", any_value(total.most)::VARCHAR AS "Tối đa tính được",
    any_value(format('{}: +{}', won.part, score(gain))) AS "Có thể tăng nhiều nhất"
FROM points_of JOIN unit_row USING (back, commune) JOIN won USING (commune) JOIN total USING (back, commune), reach
WHERE points_of.back = 0 AND ranked GROUP BY commune, name, unit_row.place ORDER BY unit_row.place;

-- @ rows Thành phần của điểm Bộ chỉ số 766

SELECT part AS "Thành phần", component.most::VARCHAR AS "Tối đa",
    CASE WHEN count(points) = 0 THEN 'không có dữ liệu' ELSE format('{}/{}', count(points), any_value(units)) END
        AS "Đơn vị có dữ liệu",
    coalesce(score(min(points)), '–') AS "Thấp nhất", coalesce(score(median(points)), '–') AS "Trung vị",
    coalesce(score(max(points)), '–') AS "Cao nhất",
    CASE WHEN bool_or(counts) THEN 'có' ELSE 'không' END AS "Tính vào hạng", how AS "Cách tính"
FROM component LEFT JOIN (FROM points_of WHERE back = 0) AS points_of USING (place, part), reach
WHERE ranked GROUP BY place, part, component.most, how ORDER BY place;

-- @ must
-- What the score covers; the index and its decision.

SELECT unnest([
    format('Xếp theo tổng điểm chưa làm tròn của {} thành phần mà ít nhất 80% số đơn vị có dữ liệu ({}), '
        || 'tối đa {} trong 100 điểm', count(*), lower(string_agg(part, '; ' ORDER BY place)), sum(most)),
    format('Có dữ liệu cho {} trong 100 điểm; thành phần không có dữ liệu thì để trống, không tính là 0 điểm',
        sum(most)),
    '“–” là không có dữ liệu, khác với 0 điểm',
    'Quyết định 766/QĐ-TTg ngày 23/6/2022',
    'hạng 1 là tốt nhất'
])
FROM (SELECT DISTINCT place, part, most FROM points_of WHERE back = 0 AND counts), reach WHERE ranked GROUP BY ranked
UNION ALL
SELECT 'Bộ chỉ số 766'
UNION ALL
SELECT format('giảm (▼) so với {}.', period_within(first, last)) FROM periods, reach, yardstick
WHERE back = 1 AND ranked AND same;

-- @ rows Tỷ lệ và hạng của từng đơn vị: từ tiếp nhận trực tuyến đến quá hạn chung

SELECT name AS "Đơn vị", the_one(indicator = 'online_rate', said) AS "Tiếp nhận trực tuyến",
    the_one(indicator = 'resolved_rate', said) AS "Đã giải quyết",
    the_one(indicator = 'early_rate', said) AS "Trước hạn",
    the_one(indicator = 'in_time_rate', said) AS "Giải quyết trước và đúng hạn",
    the_one(indicator = 'late_rate', said) AS "Giải quyết quá hạn",
    the_one(indicator = 'pending_overdue_rate', said) AS "Quá hạn trong số đang giải quyết",
    the_one(indicator = 'overdue_rate', said) AS "Quá hạn chung"
FROM standing JOIN unit_row ON unit_row.commune IS NOT DISTINCT FROM standing.commune, reach
WHERE ranked GROUP BY unit_row.place, name ORDER BY unit_row.place;

-- @ rows Tỷ lệ và hạng của từng đơn vị: từ đúng tiến độ đến số hóa và có kết quả điện tử

SELECT name AS "Đơn vị", the_one(indicator = 'progress_rate', said) AS "Đúng tiến độ",
    the_one(indicator = 'fully_online_rate', said) AS "Trực tuyến toàn trình",
    the_one(indicator = 'business_online_rate', said) AS "Hồ sơ của doanh nghiệp nộp trực tuyến",
    the_one(indicator = 'online_payment_rate', said) AS "Thanh toán trực tuyến",
    the_one(indicator = 'digitised_rate', said) AS "Số hóa hồ sơ",
    the_one(indicator = 'e_result_rate', said) AS "Trả kết quả điện tử",
    the_one(indicator = 'digital_rate', said) AS "Số hóa và có kết quả điện tử"
FROM standing JOIN unit_row ON unit_row.commune IS NOT DISTINCT FROM standing.commune, reach
WHERE ranked GROUP BY unit_row.place, name ORDER BY unit_row.place;

-- @ rows Số liệu chính của từng đơn vị

SELECT name AS "Đơn vị", n(received) AS "Tiếp nhận", pct(online, with_channel) AS "Tỷ lệ trực tuyến",
    n(resolved) AS "Đã giải quyết", pct(in_time, resolved_due) AS "Trước và đúng hạn", n(late) AS "Giải quyết quá hạn",
    n(pending) AS "Đang giải quyết", n(pending_overdue) AS "Trong đó quá hạn"
FROM unit_row ORDER BY place;

-- @ rows Từng đơn vị so với kỳ trước

-- Each unit's line has its own scale, from the worst rate to the best, and breaks where nothing was resolved; fewer
-- than three rates make none.
WITH rate AS (
    SELECT commune, back, in_time / resolved_due AS rate,
        max(rate) OVER (PARTITION BY commune) AS best, min(rate) OVER (PARTITION BY commune) AS worst
    FROM unit_count WHERE commune IS NOT NULL AND resolved_due > 0),
spot AS (
    SELECT commune, back, lag(back) OVER steps IS DISTINCT FROM back + 1 AS begins,
        lead(back) OVER steps IS DISTINCT FROM back - 1 AS ends, round(112 * (11 - back) / 11)::INT AS x,
        coalesce(ceil(24 * (best - rate) / nullif(best - worst, 0) - 0.5 - 1e-9), 12)::INT AS y
    FROM rate WINDOW steps AS (PARTITION BY commune ORDER BY back DESC)),
line AS (
    SELECT commune, concat_ws(' ', string_agg(concat(CASE WHEN begins THEN 'M' ELSE 'L' END, x, ' ', y,
        CASE WHEN begins AND ends THEN 'h0' END), '' ORDER BY back DESC),
        any_value(format('•{} {}', x, y)) FILTER (back = 0)) AS line
    FROM spot GROUP BY commune HAVING count(*) > 2),
came AS (SELECT sum(received) > 0 AS any_came FROM unit_count WHERE back = 1 AND commune IS NOT NULL)
SELECT name AS "Đơn vị", n(now.received) AS "Tiếp nhận", n(before.received) AS "Kỳ trước",
    change(now.received - before.received) AS "Tăng, giảm",
    coalesce(points(now.online, now.with_channel, before.online, before.with_channel), '–') AS "Tỷ lệ trực tuyến",
    coalesce(points(now.in_time, now.resolved_due, before.in_time, before.resolved_due), '–')
        AS "Tỷ lệ trước và đúng hạn",
    change(now.pending_overdue - before.pending_overdue) AS "Số đang quá hạn", coalesce(line, '') AS "Các kỳ gần đây"
FROM unit_row AS now JOIN unit_count AS before ON before.commune = now.commune AND before.back = 1
LEFT JOIN line ON line.commune = now.commune, came WHERE any_came ORDER BY place;

-- @ must
-- Which periods are compared.

WITH came AS (SELECT sum(received) > 0 AS any_came FROM unit_count WHERE back = 1 AND commune IS NOT NULL)
SELECT format('Kỳ trước là {}.', period_within(first, last)) FROM periods, came WHERE back = 1 AND any_came
UNION ALL
SELECT format('tỷ lệ giải quyết trước và đúng hạn của {} kỳ gần nhất', count(*)) FROM periods
WHERE (SELECT any_came FROM came) HAVING count(*) > 2;

-- @ rows Theo loại đơn vị hành chính

SELECT coalesce(kind, 'Toàn địa bàn') AS "Loại đơn vị", n(count(*)) AS "Số đơn vị", n(sum(received)) AS "Tiếp nhận",
    pct(sum(online), sum(with_channel)) AS "Tỷ lệ trực tuyến", n(sum(resolved)) AS "Đã giải quyết",
    pct(sum(in_time), sum(resolved_due)) AS "Trước và đúng hạn", n(sum(late)) AS "Giải quyết quá hạn",
    n(sum(pending)) AS "Đang giải quyết", n(sum(pending_overdue)) AS "Trong đó quá hạn"
FROM unit_row WHERE commune IS NOT NULL GROUP BY GROUPING SETS ((kind), ())
ORDER BY grouping(kind), sum(received) DESC;

-- @ rows Số liệu đơn vị tự báo cáo so với hồ sơ

WITH computed AS (
    SELECT indicator, n(counted) AS printed, counted::VARCHAR AS rounded
    FROM counts, LATERAL (VALUES ('received', received), ('resolved', resolved)) AS one(indicator, counted)
    UNION ALL
    SELECT 'online_rate_pct', pct_of(online, with_channel), NULL FROM counts)
SELECT label AS "Chỉ tiêu", given.printed AS "Đơn vị báo cáo", computed.printed AS "Tính từ hồ sơ",
    CASE WHEN value = rounded THEN '✔ Khớp'
        WHEN abs(replace(value, ',', '.')::DOUBLE - 100 * online / with_channel)
            <= 0.5 / 10 ** length(split_part(value, ',', 2)) THEN '✔ Khớp, đã làm tròn' END AS "Kết luận"
FROM given JOIN computed USING (indicator), counts WHERE of = 'communes' AND readings IS NOT NULL ORDER BY place;

-- @ must
-- How many agree; how received is to be understood where it makes a difference.

SELECT format('Đối chiếu {} số liệu: {} khớp', count(*), count(*)) FROM given
WHERE of = 'communes' AND readings IS NOT NULL HAVING count(*) > 0
UNION ALL
SELECT format('chưa kết thúc khi bắt đầu kỳ ({})', n(handled)) FROM given, counts
WHERE of = 'communes' AND indicator = 'received' AND carried_over > 0;

-- @ rows Mọi số liệu và định nghĩa

WITH law(code, said) AS (VALUES
    ('form', 'Biểu II.06a, Thông tư 01/2020/TT-VPCP'), ('apart',
        'Biểu II.06a, Thông tư 01/2020/TT-VPCP; hồ sơ rút và hồ sơ không ghi hạn trả tính riêng'),
    ('local', 'Cách tính trong báo cáo công bố của địa phương'), ('index', 'Quyết định 766/QĐ-TTg ngày 23/6/2022'))
SELECT name AS "Tên", value AS "Giá trị", counted AS "Số đếm hoặc tử số", basis AS "Mẫu số", said AS "Căn cứ"
FROM counts, period, held, LATERAL (VALUES
    (1, 'Tiếp nhận trong kỳ', n(received), 'Hồ sơ tiếp nhận trong kỳ', '–', 'form'),
    (2, 'Kỳ trước chuyển sang', CASE WHEN begins >= first THEN 'không có dữ liệu' ELSE n(carried_over) END,
        'Hồ sơ tiếp nhận trước kỳ, chưa kết thúc khi bắt đầu kỳ', '–', 'form'),
    (3, 'Tiếp nhận trực tuyến', n(online), 'Hồ sơ nộp trực tuyến', '–', 'form'),
    (4, 'Tỷ lệ tiếp nhận trực tuyến', pct(online, with_channel), 'Hồ sơ nộp trực tuyến',
        'Hồ sơ tiếp nhận có ghi kênh nộp', 'form'),
    (5, 'Đã giải quyết', n(resolved), 'Hồ sơ đã giải quyết', '–', 'apart'),
    (6, 'Tỷ lệ đã giải quyết', pct(resolved, handled), 'Hồ sơ đã giải quyết',
        'Hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)', 'apart'),
    (7, 'Giải quyết trước hạn', n(early), 'Hồ sơ giải quyết trước hạn', '–', 'form'),
    (8, 'Tỷ lệ trước hạn', pct(early, resolved_due), 'Hồ sơ giải quyết trước hạn', 'Hồ sơ đã giải quyết có hạn trả',
        'local'),
    (9, 'Giải quyết đúng hạn', n(on_time), 'Hồ sơ giải quyết đúng hạn', '–', 'apart'),
    (10, 'Tỷ lệ giải quyết trước và đúng hạn', pct(in_time, resolved_due), 'Hồ sơ giải quyết trước hạn và đúng hạn',
        'Hồ sơ đã giải quyết có hạn trả', 'apart'),
    (11, 'Giải quyết quá hạn', n(late), 'Hồ sơ đã giải quyết nhưng quá hạn', '–', 'form'),
    (12, 'Tỷ lệ giải quyết quá hạn', pct(late, resolved_due), 'Hồ sơ đã giải quyết nhưng quá hạn',
        'Hồ sơ đã giải quyết có hạn trả', 'apart'),
    (13, 'Đang giải quyết', n(pending), 'Hồ sơ đang giải quyết cuối kỳ', '–', 'form'),
    (14, 'Tỷ lệ đang giải quyết', pct(pending, handled), 'Hồ sơ đang giải quyết cuối kỳ',
        'Hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)', 'local'),
    (15, 'Đang giải quyết, đã quá hạn', n(pending_overdue), 'Hồ sơ đang giải quyết đã quá hạn', '–', 'form'),
    (16, 'Tỷ lệ quá hạn trong số đang giải quyết', pct(pending_overdue, pending), 'Hồ sơ đang giải quyết đã quá hạn',
        'Hồ sơ đang giải quyết cuối kỳ', 'form'),
    (17, 'Tỷ lệ quá hạn chung', pct(overdue, handled), 'Hồ sơ quá hạn, đã và đang giải quyết',
        'Hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)', 'form'),
    (18, 'Tỷ lệ đúng tiến độ', pct(progress, handled),
        'Hồ sơ trước hạn, đúng hạn và đang giải quyết trong hạn, trừ hồ sơ phải bổ sung quá một lần',
        'Hồ sơ nhận giải quyết (trong kỳ và kỳ trước chuyển sang)', 'index'),
    (19, 'Công dân rút hồ sơ', n(withdrawn), 'Hồ sơ công dân yêu cầu rút', '–', 'form'),
    (20, 'Tỷ lệ trực tuyến toàn trình', pct(fully_online, received), 'Hồ sơ nộp trực tuyến toàn trình',
        'Hồ sơ tiếp nhận trong kỳ', 'local'),
    (21, 'Tỷ lệ hồ sơ của doanh nghiệp nộp trực tuyến', pct(business_online, business),
        'Hồ sơ của doanh nghiệp nộp trực tuyến', 'Hồ sơ của doanh nghiệp có ghi kênh nộp', 'local'),
    (22, 'Tỷ lệ thanh toán trực tuyến', pct(paid, with_fee), 'Hồ sơ thanh toán phí, lệ phí trực tuyến',
        'Hồ sơ tiếp nhận có phí, lệ phí', 'index'),
    (23, 'Tỷ lệ số hóa hồ sơ', pct(digitised, with_digitised), 'Hồ sơ được số hóa thành phần',
        'Hồ sơ tiếp nhận có ghi thông tin số hóa', 'index'),
    (24, 'Tỷ lệ trả kết quả điện tử', pct(e_results, with_e_result), 'Hồ sơ đã giải quyết có kết quả điện tử',
        'Hồ sơ đã giải quyết có ghi thông tin kết quả điện tử', 'index'),
    (25, 'Tỷ lệ số hóa và có kết quả điện tử', pct(digital, with_digital),
        'Hồ sơ đã giải quyết được số hóa và có kết quả điện tử', 'Hồ sơ đã giải quyết có ghi cả hai thông tin', 'local')
) AS figures(place, name, value, counted, basis, code) JOIN law USING (code) ORDER BY place;

-- @ rows Chất lượng dữ liệu

SELECT label AS "Vấn đề", n(count(*) FILTER (wrong)) AS "Số hồ sơ", pct(count(*) FILTER (wrong), count(*)) AS "Tỷ lệ"
FROM dossier, LATERAL (VALUES (1, 'Không ghi hạn trả', due_at IS NULL), (2, 'Không rõ kênh nộp', channel IS NULL),
    (3, 'Không rõ lĩnh vực', field IS NULL), (4, 'Không ghi mã thủ tục', procedure IS NULL),
    (5, 'Trạng thái đã xong nhưng không ghi ngày kết thúc (tính là đang giải quyết)',
        status IN (9, 10) AND finished IS NULL),
    (6, 'Kết thúc trước khi tiếp nhận', ended_at < received_at),
    (7, 'Hạn trả trước khi tiếp nhận', due_at < received_at)
) AS problems(place, label, wrong) GROUP BY place, label HAVING count(*) FILTER (wrong) > 0 ORDER BY place;

-- @ must
-- On how many dossiers that is.

SELECT format('Trên {} hồ sơ của báo cáo', n(handled)) FROM counts;
