-- The rest of sections 1-8 of a commune's page, in the form that recomputed.sql explains.

-- @ prepare

CREATE MACRO hours(seconds) AS printf('%d,%d', half_up(10 * seconds, 3600) // 10, half_up(10 * seconds, 3600) % 10);
-- The smallest value that at least so many tenths of the values do not exceed; under 10 values tell nothing.
CREATE MACRO reached(x, tenths) AS
    CASE WHEN count(x) >= 10 THEN list_sort(list(x) FILTER (x IS NOT NULL))[(count(x) * tenths + 9) // 10] END;
-- The middle of the shares taken/promised, in whole percent.
CREATE MACRO middle(taken, promised) AS
    CASE WHEN count(promised) >= 10
        THEN list_sort(list({'share': taken / promised, 'taken': taken, 'promised': promised})
            FILTER (promised > 0))[(count(promised) + 1) // 2]
    END;
CREATE MACRO share(taken, promised) AS
    half_up(100 * middle(taken, promised).taken, middle(taken, promised).promised) || '%';

-- In the table of hours an empty cell is empty, a total is 0.
CREATE MACRO shown(x, place, most) AS
    CASE WHEN place = 8 THEN n(x) WHEN x > 0 THEN concat(n(x), ' ', shade(x, most)) ELSE '' END;
CREATE TABLE weekday AS
    FROM (VALUES (1, 'Thứ Hai'), (2, 'Thứ Ba'), (3, 'Thứ Tư'), (4, 'Thứ Năm'), (5, 'Thứ Sáu')) AS weekdays(place, name);

CREATE TABLE weekly AS FROM flow('week') WHERE begins IS NOT NULL;

-- Sessions in office hours, with the seconds worked before each.
CREATE TABLE session AS
    SELECT opens, closes, sum(length) OVER (ORDER BY opens) - length AS before
    FROM (
        SELECT day + opens::TIME AS opens, day + closes::TIME AS closes,
            epoch(closes::TIME) - epoch(opens::TIME) AS length
        FROM calendar, reference('office_hours') WHERE works);

-- Pending dossiers with the working days after the day received, and those left until the day due.
CREATE TABLE pending AS
    SELECT dossier.*, until.nth - taken.nth AS age, due.nth - until.nth AS left_over,
        class = 'pending_in_time' AND NOT waiting AND due_at::DATE BETWEEN last + 1 AND last + 7 AS due_soon
    FROM dossier
    JOIN calendar AS taken ON taken.day = received_at::DATE
    JOIN calendar AS until ON until.day = last
    LEFT JOIN calendar AS due ON due.day = due_at::DATE
    WHERE pending;

-- Resolved dossiers that did not end before they were received: office seconds taken, and promised.
CREATE MACRO clock(t, s) AS (s.before + epoch(least(t, s.closes)) - epoch(s.opens))::BIGINT;
CREATE TABLE timed AS
    SELECT
        field, field_name, procedure, procedure_name,
        clock(ended_at, at_end) - clock(received_at, at_start) AS taken,
        CASE WHEN due_at > received_at THEN clock(due_at, at_due) - clock(received_at, at_start) END AS promised
    FROM dossier
    ASOF JOIN session AS at_start ON received_at >= at_start.opens
    ASOF JOIN session AS at_end ON ended_at >= at_end.opens
    ASOF LEFT JOIN session AS at_due ON due_at >= at_due.opens
    WHERE resolved AND ended_at >= received_at;

-- Rates by field and channel: what is counted, over what.
CREATE TABLE counted AS
    SELECT field, field_name, channel, indicator, below, above AND below AS above
    FROM dossier, LATERAL (VALUES
        ('fully_online_rate', channel = 'online' AND online_level = 'full', received),
        ('online_payment_rate', paid_online, received AND fee_due),
        ('digitised_rate', digitised, received AND digitised IS NOT NULL),
        ('e_result_rate', e_result, resolved AND e_result IS NOT NULL)
    ) AS rates(indicator, above, below);
CREATE MACRO rated(this, above, below) AS pct_of(count(*) FILTER (this AND above), count(*) FILTER (this AND below));

-- Received by procedure, and those that could have been filed online: filed otherwise, for a procedure that is offered
-- online by the catalogue or had a dossier filed online in the period.
CREATE TABLE procedure_count AS
    SELECT procedure, procedures.name, count(*) AS received, count(*) FILTER (channel = 'online') AS online,
        CASE WHEN procedures.online IN ('full', 'partial') OR count(*) FILTER (channel = 'online') > 0
            THEN count(*) FILTER (channel IN ('direct', 'postal')) ELSE 0 END AS could
    FROM dossier LEFT JOIN reference('procedures') AS procedures ON procedures.code = procedure
    WHERE received AND procedure IS NOT NULL GROUP BY procedure, procedures.name, procedures.online;

-- @ must
-- Section 1: the period before, other units with data to the end.

SELECT format('Chưa so sánh với kỳ trước ({}) do dữ liệu chỉ có từ ngày {}.',
    period_name(shifted(first, 1), (shifted(stop, 1) - 1)::DATE), dmy(begins))
FROM period, held
UNION ALL
SELECT format('chỉ {}/{} đơn vị của {} có dữ liệu đến hết kỳ',
    n(count(*) FILTER (ends >= stop - INTERVAL 7 DAYS)), n(count(*)), province_name)
FROM unit JOIN reference('communes') AS communes USING (province_code)
LEFT JOIN stored ON commune = communes.code, period
GROUP BY province_name
UNION ALL
-- Section 2: whose figures these are.
SELECT format('Từ {} đến {}, {}', in_prose(first), in_prose(last), lower_first(name)) FROM period, unit;

-- @ rows So với chỉ tiêu được giao

SELECT label AS "Chỉ tiêu", verdict AS "Chỉ tiêu được giao, xếp hạng", n(numerator) AS "Tử số",
    n(denominator) AS "Mẫu số", pct(numerator, denominator) AS "Tỷ lệ", basis AS "Mẫu số là"
FROM target ORDER BY place;

-- @ must
-- Section 3: titles of the charts, busiest day and hour.

SELECT format('Tiếp nhận {}, giải quyết {} hồ sơ', n(received), n(resolved)) FROM counts
UNION ALL
SELECT CASE WHEN count(*) <= 2 THEN format('tuần bắt đầu từ {} tiếp nhận nhiều nhất ({}{})',
    string_agg(dmy(begins), ' và ' ORDER BY begins), CASE WHEN count(*) = 2 THEN 'mỗi tuần ' ELSE '' END, n(received))
    END
FROM (FROM weekly QUALIFY rank() OVER (ORDER BY received DESC) = 1) GROUP BY received
UNION ALL
SELECT format('Cuối kỳ có {} hồ sơ đang giải quyết; nhiều nhất vào cuối ngày {} ({})', n(counts.pending), dmy(day),
    n(daily.pending))
FROM counts, daily QUALIFY row_number() OVER (ORDER BY daily.pending DESC, day) = 1
UNION ALL
SELECT format('Hồ sơ đến nhiều nhất vào {} ({})', lower_first(name), pct(count(*), any_value(counts.received)))
FROM dossier JOIN weekday ON place = isodow(received_at), counts
WHERE dossier.received GROUP BY name QUALIFY rank() OVER (ORDER BY count(*) DESC) = 1
UNION ALL
SELECT format('đông nhất từ {} đến {} giờ ({})', hour(received_at), hour(received_at) + 1,
    pct(count(*), any_value(counts.received)))
FROM dossier, counts
WHERE dossier.received GROUP BY hour(received_at) QUALIFY rank() OVER (ORDER BY count(*) DESC) = 1;

-- @ drawn Tiếp nhận …, giải quyết … hồ sơ; tuần bắt đầu từ … tiếp nhận nhiều nhất (…)

SELECT strftime(begins, '%d/%m'), received, resolved FROM weekly ORDER BY begins;

-- @ drawn Cuối kỳ có … hồ sơ đang giải quyết; nhiều nhất vào cuối ngày … (…)

SELECT strftime(begins, '%d/%m'), pending FROM weekly ORDER BY begins;

-- @ rows Theo tháng trong kỳ

SELECT coalesce(month_year(begins), 'Cả kỳ') AS "Tháng", n(received) AS "Tiếp nhận", n(online) AS "Trực tuyến",
    pct(online, with_channel) AS "Tỷ lệ trực tuyến",
    n(resolved) AS "Đã giải quyết", n(late) AS "Giải quyết quá hạn", n(pending) AS "Còn cuối tháng"
FROM flow('month') ORDER BY begins NULLS LAST;

-- @ filled Thời điểm tiếp nhận hồ sơ trong tuần

WITH arrival AS (
    SELECT place, name, hour(received_at) AS h FROM dossier JOIN weekday ON place = isodow(received_at) WHERE received
    UNION ALL
    SELECT 8, 'Tổng', hour(received_at) FROM dossier WHERE received),
busiest AS (SELECT count(*) AS most FROM arrival WHERE place < 8 GROUP BY place, h ORDER BY most DESC LIMIT 1)
SELECT name AS "Ngày",
    shown(count(*) FILTER (h = 6), place, most) AS "6h", shown(count(*) FILTER (h = 7), place, most) AS "7h",
    shown(count(*) FILTER (h = 8), place, most) AS "8h", shown(count(*) FILTER (h = 9), place, most) AS "9h",
    shown(count(*) FILTER (h = 10), place, most) AS "10h", shown(count(*) FILTER (h = 11), place, most) AS "11h",
    shown(count(*) FILTER (h = 12), place, most) AS "12h", shown(count(*) FILTER (h = 13), place, most) AS "13h",
    shown(count(*) FILTER (h = 14), place, most) AS "14h", shown(count(*) FILTER (h = 15), place, most) AS "15h",
    shown(count(*) FILTER (h = 16), place, most) AS "16h", shown(count(*) FILTER (h = 17), place, most) AS "17h",
    n(count(*)) AS "Tổng"
FROM arrival, busiest GROUP BY place, name, most ORDER BY place;

-- @ must
-- Section 5: how long.

SELECT format('Một nửa trong {} hồ sơ được giải quyết trong không quá {} giờ làm việc, 90% không quá {} giờ; '
    || 'thời gian hẹn trả có trung vị là {} giờ (trên {} hồ sơ)', n(count(*)),
    hours(reached(taken, 5)), hours(reached(taken, 9)), hours(reached(promised, 5)), n(count(promised)))
FROM timed;

-- @ rows Thời gian giải quyết theo lĩnh vực

SELECT coalesce(field_name, 'Tất cả') AS "Lĩnh vực", n(count(*)) AS "Hồ sơ đã giải quyết",
    coalesce(hours(reached(taken, 5)), '–') AS "Thời gian giải quyết, trung vị (giờ)",
    coalesce(hours(reached(taken, 9)), '–') AS "90% xong trong (giờ)",
    coalesce(hours(reached(promised, 5)), '–') AS "Thời gian hẹn trả, trung vị (giờ)",
    coalesce(share(taken, promised), '–') AS "So với thời gian hẹn"
FROM timed GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) DESC, field NULLS FIRST;

-- @ rows Thời gian giải quyết theo thủ tục

SELECT coalesce(procedure_name, 'Tất cả') AS "Thủ tục", n(count(*)) AS "Hồ sơ đã giải quyết",
    coalesce(hours(reached(taken, 5)), '–') AS "Thời gian giải quyết, trung vị (giờ)",
    coalesce(hours(reached(taken, 9)), '–') AS "90% xong trong (giờ)",
    coalesce(hours(reached(promised, 5)), '–') AS "Thời gian hẹn trả, trung vị (giờ)",
    coalesce(share(taken, promised), '–') AS "So với thời gian hẹn"
FROM timed GROUP BY GROUPING SETS ((procedure, procedure_name), ())
ORDER BY grouping(procedure_name), count(*) DESC, procedure NULLS FIRST;

-- @ must
-- Section 6: what is late, who holds it, why, was the citizen told.

SELECT format('Xin lỗi, hẹn lại và yêu cầu bổ sung ở {} hồ sơ quá hạn', n(overdue)) FROM counts
UNION ALL
SELECT format('Trong {} hồ sơ giải quyết quá hạn, hạn trả sớm nhất là ngày {}, '
    || 'hồ sơ giải quyết xong muộn nhất là ngày {}', n(count(*)), dmy(min(due_at)), dmy(max(ended_at)))
FROM overdue WHERE resolved HAVING count(*) > 0
UNION ALL
SELECT format('Trong {} hồ sơ đang giải quyết đã quá hạn, lâu nhất là {} ngày làm việc', n(count(*)), n(max(days)))
FROM overdue WHERE pending HAVING count(*) > 0
UNION ALL
SELECT format('Cơ quan ngoài cấp xã giữ {} hồ sơ, đơn vị của cấp xã giữ {}',
    n(count(*) FILTER (holder_level = 'province')), n(count(*) FILTER (holder_level = 'commune')))
FROM overdue WHERE pending HAVING count(*) FILTER (holder_level = 'province') > 0
UNION ALL
SELECT coalesce('nhiều nhất ở lĩnh vực ' || said, 'không lĩnh vực nào nhiều hơn hẳn')
FROM most WHERE kind = 'field' AND of <> 'either'
UNION ALL
-- The first three causes and holders, and the rest.
SELECT format('{}: {}.', CASE kind WHEN 'cause' THEN 'Nguyên nhân ghi nhận' ELSE 'Nơi đang giữ' END, concat_ws('; ',
    string_agg(format('{} ({})', said, n(dossiers)), '; ' ORDER BY place) FILTER (place <= 3),
    format('còn lại ({})', n(sum(dossiers) FILTER (place > 3)))))
FROM item WHERE (kind = 'cause' AND of <> 'either') OR (kind = 'holder' AND of = 'pending') GROUP BY kind, of;

-- @ rows Hồ sơ quá hạn theo thủ tục

SELECT name AS "Thủ tục", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng", pct(either, overall) AS "Tỷ trọng"
FROM breakdown WHERE kind = 'procedure' ORDER BY rowid;

-- @ rows Hồ sơ quá hạn theo tháng đến hạn

SELECT name AS "Đến hạn trong tháng", n(late) AS "Đã giải quyết, quá hạn", n(pending) AS "Đang giải quyết, quá hạn",
    n(either) AS "Tổng"
FROM breakdown WHERE kind = 'month' ORDER BY rowid;

-- @ rows Đã giải quyết nhưng quá hạn, theo lĩnh vực và số ngày

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực",
    n(count(*) FILTER (band = '≤ 1')) AS "Số ngày làm việc quá hạn / ≤ 1",
    n(count(*) FILTER (band = '2–5')) AS "Số ngày làm việc quá hạn / 2–5",
    n(count(*) FILTER (band = '6–10')) AS "Số ngày làm việc quá hạn / 6–10",
    n(count(*) FILTER (band = '11–30')) AS "Số ngày làm việc quá hạn / 11–30",
    n(count(*) FILTER (band = '> 30')) AS "Số ngày làm việc quá hạn / > 30",
    n(count(*)) AS "Tổng"
FROM overdue WHERE resolved GROUP BY GROUPING SETS ((field, field_name), ()) HAVING count(*) > 0
ORDER BY grouping(field_name), count(*) DESC, field;

-- @ rows Đang giải quyết, đã quá hạn, theo lĩnh vực và số ngày

SELECT coalesce(field_name, 'Tổng số') AS "Lĩnh vực",
    n(count(*) FILTER (band = '≤ 1')) AS "Số ngày làm việc quá hạn / ≤ 1",
    n(count(*) FILTER (band = '2–5')) AS "Số ngày làm việc quá hạn / 2–5",
    n(count(*) FILTER (band = '6–10')) AS "Số ngày làm việc quá hạn / 6–10",
    n(count(*) FILTER (band = '11–30')) AS "Số ngày làm việc quá hạn / 11–30",
    n(count(*) FILTER (band = '> 30')) AS "Số ngày làm việc quá hạn / > 30",
    n(count(*)) AS "Tổng"
FROM overdue WHERE pending GROUP BY GROUPING SETS ((field, field_name), ()) HAVING count(*) > 0
ORDER BY grouping(field_name), count(*) DESC, field;

-- @ rows Xin lỗi, hẹn lại và yêu cầu bổ sung ở … hồ sơ quá hạn

SELECT label || CASE place WHEN 9 THEN format(', trên {} hồ sơ xác định được số lần', n(count(*) FILTER (known)))
        ELSE '' END AS "Nội dung",
    n(count(*) FILTER (counted)) AS "Số hồ sơ", pct(count(*) FILTER (counted), count(*) FILTER (known)) AS "Tỷ lệ"
FROM overdue, LATERAL (VALUES
    (1, 'Có thư xin lỗi và hẹn lại', apology_at IS NOT NULL, true),
    (2, 'trong đó gửi trước ngày hết hạn ít nhất một ngày', apology_at::DATE < due_at::DATE, true),
    (3, 'trong đó gửi từ ngày hết hạn trở đi', apology_at::DATE >= due_at::DATE, true),
    (4, 'Không ghi nhận thư xin lỗi', apology_at IS NULL, true),
    (5, 'Có hẹn lại ngày trả', new_due_at IS NOT NULL, true),
    (6, 'trong đó ngày hẹn lại đã qua khi gửi thư', new_due_at < apology_at, true),
    (7, 'trong đó quá cả ngày hẹn lại, đã hoặc chưa giải quyết', new_due_at < coalesce(ended_at, stop), true),
    (8, 'Hẹn lại quá một lần (quy định: không quá một lần)', extensions > 1, true),
    (9, 'Yêu cầu bổ sung quá một lần (quy định: chỉ một lần)', supplement_requests > 1, supplement_requests IS NOT NULL)
) AS questions(place, label, counted, known)
GROUP BY place, label ORDER BY place;

-- @ rows Hồ sơ đang giải quyết đã quá hạn (ngày làm việc), quá hạn lâu nhất trước

SELECT dossier_id AS "Mã hồ sơ", CASE days WHEN 0 THEN '< 1' ELSE n(days) END AS "Ngày quá hạn",
    holder_name AS "Nơi giữ", subject AS "Lĩnh vực, thủ tục",
    dmy(received_at) || ' – ' || dmy(due_at) AS "Tiếp nhận – hạn trả", cause_name AS "Nguyên nhân",
    coalesce(nullif(concat_ws(', ', dmy(apology_at), 'hẹn ' || dmy(new_due_at)), ''), '–') AS "Xin lỗi, hẹn lại"
FROM overdue WHERE pending ORDER BY due_at, dossier_id LIMIT 50;

-- @ must
-- Section 7: what falls due in the 7 days after the period.

SELECT unnest([
    format('{} hồ sơ đến hạn trong 7 ngày sau kỳ báo cáo', n(count(*))),
    format('Chỉ in 15 trong {} hồ sơ', CASE WHEN count(*) > 15 THEN n(count(*)) END)
])
FROM pending WHERE due_soon HAVING count(*) > 0
UNION ALL
SELECT 'Số hồ sơ theo ngày đến hạn: ' || string_agg(strftime(day, '%d/%m') || ': ' || n(dossiers), '; ' ORDER BY day)
FROM (SELECT due_at::DATE AS day, count(*) AS dossiers FROM pending WHERE due_soon GROUP BY day);

-- @ rows Hồ sơ đang giải quyết theo thời gian từ khi tiếp nhận

WITH aged AS (
    SELECT place, label, count(class) FILTER (class = 'pending_in_time') AS in_time,
        count(class) FILTER (class = 'pending_in_time' AND waiting) AS waiting,
        count(class) FILTER (class = 'pending_overdue') AS overdue,
        count(class) FILTER (class = 'pending_no_due') AS no_due, count(class) AS pending
    FROM (VALUES (1, '≤ 5', 0, 5), (2, '6–10', 6, 10), (3, '11–30', 11, 30), (4, '31–60', 31, 60),
        (5, '> 60', 61, 9999), (6, 'Tổng số', 0, 9999)) AS bands(place, label, low, high)
    LEFT JOIN pending ON age BETWEEN low AND high
    GROUP BY place, label)
SELECT label AS "Ngày làm việc từ khi tiếp nhận", n(in_time) AS "Trong hạn", n(waiting) AS "Trong đó đang chờ",
    n(overdue) AS "Đã quá hạn", n(no_due) AS "Không ghi hạn", n(pending) AS "Tổng",
    pct(pending, max(pending) OVER ()) AS "Tỷ lệ"
FROM aged ORDER BY place;

-- @ rows … hồ sơ đến hạn trong … ngày sau kỳ báo cáo, sớm nhất trước (còn lại: ngày làm việc)

SELECT dossier_id AS "Mã hồ sơ", n(left_over) AS "Ngày còn lại", holder_name AS "Nơi giữ",
    subject AS "Lĩnh vực, thủ tục",
    dmy(received_at) || ' – ' || dmy(due_at) AS "Tiếp nhận – hạn trả"
FROM pending WHERE due_soon ORDER BY due_at, dossier_id LIMIT 15;

-- @ rows Trực tuyến, thanh toán, số hóa

SELECT label AS "Chỉ tiêu", '–' AS "Xếp hạng", n(numerator) AS "Tử số", n(denominator) AS "Mẫu số",
    pct(numerator, denominator) AS "Tỷ lệ", basis AS "Mẫu số là"
FROM rate ORDER BY place;

-- @ must
-- Section 8: dossiers that could have been filed online.

SELECT format('Tất cả thủ tục: {} hồ sơ', n(sum(could))) FROM procedure_count
UNION ALL
SELECT format('{}/{} hồ sơ không ghi mã thủ tục', n(count(*) FILTER (procedure IS NULL)), n(count(*)))
FROM dossier WHERE received;

-- @ rows Thanh toán, số hóa theo lĩnh vực

SELECT coalesce(field_name, 'Tất cả') AS "Lĩnh vực",
    rated(indicator = 'fully_online_rate', above, below) AS "Trực tuyến toàn trình",
    rated(indicator = 'online_payment_rate', above, below) AS "Thanh toán trực tuyến",
    rated(indicator = 'digitised_rate', above, below) AS "Số hóa hồ sơ",
    rated(indicator = 'e_result_rate', above, below) AS "Trả kết quả điện tử"
FROM counted GROUP BY GROUPING SETS ((field, field_name), ())
ORDER BY grouping(field_name), count(*) FILTER (indicator = 'fully_online_rate' AND below) DESC, field;

-- @ rows Thanh toán, số hóa theo kênh nộp

SELECT CASE channel WHEN 'online' THEN 'Trực tuyến' WHEN 'direct' THEN 'Trực tiếp'
        WHEN 'postal' THEN 'Dịch vụ bưu chính' ELSE 'Tất cả' END AS "Kênh nộp",
    rated(indicator = 'online_payment_rate', above, below) AS "Thanh toán trực tuyến",
    rated(indicator = 'digitised_rate', above, below) AS "Số hóa hồ sơ",
    rated(indicator = 'e_result_rate', above, below) AS "Trả kết quả điện tử"
FROM counted GROUP BY GROUPING SETS ((channel), ())
ORDER BY grouping(channel), list_position(['online', 'direct', 'postal'], channel);

-- @ rows Trực tuyến, thanh toán, số hóa theo tháng tiếp nhận

WITH monthly AS (
    SELECT date_trunc('month', received_at) AS begins,
        count(*) FILTER (channel = 'online') AS online, count(channel) AS with_channel,
        count(*) FILTER (fee_due AND paid_online) AS paid, count(*) FILTER (fee_due) AS with_fee,
        count(*) FILTER (digitised) AS digitised, count(digitised) AS with_digitised
    FROM dossier WHERE received GROUP BY GROUPING SETS ((begins), ()))
SELECT coalesce(month_year(begins), 'Cả kỳ') AS "Tháng",
    n(online) || '/' || n(with_channel) AS "Nộp trực tuyến", pct(online, with_channel) AS "Tỷ lệ",
    n(paid) || '/' || n(with_fee) AS "Thanh toán trực tuyến", pct(paid, with_fee) AS "Tỷ lệ",
    n(digitised) || '/' || n(with_digitised) AS "Số hóa hồ sơ", pct(digitised, with_digitised) AS "Tỷ lệ"
FROM monthly ORDER BY begins NULLS LAST;

-- @ rows Thủ tục có nhiều hồ sơ nhất

SELECT coalesce(name, 'Thủ tục mã ' || procedure) AS "Thủ tục", procedure AS "Mã", n(received) AS "Tiếp nhận",
    n(online) AS "Trực tuyến", pct(online, received) AS "Tỷ lệ trực tuyến", n(could) AS "Có thể nộp trực tuyến"
FROM procedure_count ORDER BY received DESC, procedure LIMIT 10;

-- @ must
-- What the page quotes or explains: numbers that no dossier changes.

SELECT unnest([
    '“8h” là từ 8 giờ đến trước 9 giờ',
    'theo giờ làm việc (7,5 giờ một ngày)',
    'mẫu 04, Thông tư 03/2025/TT-VPCP',
    'Điều 11 Nghị định 118/2025/NĐ-CP',
    'hạn trả trong 7 ngày sau kỳ báo cáo',
    'Số “90%” và cột cuối chỉ in khi có từ 10 hồ sơ'
]);
