<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>Chipwright</name>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Check training data</source>
      <translation>Trainingsdaten prüfen</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>chips,tiles,labels,annotations,validate,verify,quality,training,training data,dataset,deep learning,machine learning,segmentation,object detection,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</source>
      <translation>Bildausschnitte,Kacheln,Labels,Annotationen,validieren,prüfen,Qualität,Training,Trainingsdaten,Datensatz,Deep Learning,maschinelles Lernen,Segmentierung,Objekterkennung,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Finds what a training would stumble over in a dataset of chips.</source>
      <translation>Findet, woran ein Training mit einem Datensatz von Bildausschnitten scheitern würde.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Reads every file of a dataset and says what a training would stumble over: chips that cannot be read, labels without a chip, boxes outside of it, unknown classes, counts that are not true.

It takes datasets of all metadata formats of Export training data for deep learning, also those that other programs wrote. The format is found in the dataset.

An error spoils a training, a warning may be meant. The dataset is never changed.</source>
      <translation>Liest jede Datei eines Datensatzes und sagt, worüber ein Training stolpern würde: unlesbare Bildausschnitte, Labels ohne Bildausschnitt, Rechtecke außerhalb davon, unbekannte Klassen, falsche Anzahlen.

Geprüft werden Datensätze aller Metadatenformate von „Trainingsdaten für Deep Learning exportieren“, auch solche, die andere Programme geschrieben haben. Das Format wird im Datensatz gefunden.

Ein Fehler verdirbt ein Training, eine Warnung kann beabsichtigt sein. Der Datensatz wird nie verändert.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of errors</source>
      <translation>Anzahl der Fehler</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of warnings</source>
      <translation>Anzahl der Warnungen</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Metadata format</source>
      <translation>Metadatenformat</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Folder of the dataset</source>
      <translation>Ordner des Datensatzes</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>The folder that an export wrote, with the folder images in it.</source>
      <translation>Der Ordner, den ein Export geschrieben hat, mit dem Ordner images darin.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Report</source>
      <translation>Bericht</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>JSON files (*.json)</source>
      <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>All findings and their numbers, for programs to read.</source>
      <translation>Alle Befunde und ihre Anzahlen, von Programmen lesbar.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Findings</source>
      <translation>Befunde</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>A table with a row for each finding: how severe it is, its kind, the file and what to do. Of each kind 100 are listed.</source>
      <translation>Eine Tabelle mit einer Zeile je Befund: wie schwer er wiegt, seine Art, die Datei und was zu tun ist. Von jeder Art werden 100 aufgeführt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>unknown format</source>
      <translation>unbekanntes Format</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Errors: {errors}, warnings: {warnings} ({format}).</source>
      <translation>Fehler: {errors}, Warnungen: {warnings} ({format}).</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Cell size of the chips</source>
      <translation>Zellgröße der Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In map units of the image. Left empty: the resolution of the image.</source>
      <translation>In Karteneinheiten des Bildes. Leer: die Auflösung des Bildes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Only within this extent</source>
      <translation>Nur innerhalb dieser Ausdehnung</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In any coordinate system; widened to whole pixels. Left empty: the whole image.</source>
      <translation>In einem beliebigen Koordinatensystem; wird auf ganze Pixel erweitert. Leer: das ganze Bild.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Workers</source>
      <translation>Arbeiter</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>A number (4) or a share of the processor's cores (50%). The dataset is the same whatever is given.</source>
      <translation>Eine Anzahl (4) oder ein Anteil der Prozessorkerne (50%). Der Datensatz ist immer derselbe.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Scheduler of a Dask cluster</source>
      <translation>Scheduler eines Dask-Clusters</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>An address such as tcp://host:8786. The workers of the cluster then read and write, instead of this computer; they must see the image and the output folder under the same paths. The dataset is the same. Needs the Python package distributed.</source>
      <translation>Eine Adresse wie tcp://host:8786. Dann lesen und schreiben die Arbeiter des Clusters statt dieses Rechners; sie müssen Bild und Ausgabeordner unter denselben Pfaden sehen. Der Datensatz ist derselbe. Braucht das Python-Paket distributed.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Export chips without labels as well</source>
      <translation>Auch Bildausschnitte ohne Labels exportieren</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Off: only chips that some label reaches into.</source>
      <translation>Aus: nur Bildausschnitte, in die ein Label hineinreicht.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Number of the first chip</source>
      <translation>Nummer des ersten Bildausschnitts</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>The number that the first chip's file name carries.</source>
      <translation>Die Nummer im Dateinamen des ersten Bildausschnitts.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Format of the report</source>
      <translation>Format des Berichts</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Of the report that is written beside the dataset and shown among the results. html: a page with pictures, report.html. json and pjson: report.json for programs, compact or indented.</source>
      <translation>Des Berichts, der neben den Datensatz geschrieben und unter den Ergebnissen gezeigt wird. html: eine Seite mit Bildern, report.html. json und pjson: report.json für Programme, kompakt oder eingerückt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of chips</source>
      <translation>Anzahl der Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of labels</source>
      <translation>Anzahl der Labels</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Page of report</source>
      <translation>Seite des Berichts</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Footprints of the chips</source>
      <translation>Umrisse der Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>A polygon for every chip that is written, with its number, row, column and angle, its split, its labels of each class and its share of no-data. Takes a second look at the places of the chips, so it is only made if it is asked for.</source>
      <translation>Ein Polygon für jeden Bildausschnitt, der geschrieben wird, mit seiner Nummer, Zeile, Spalte und Drehung, seinem Teil der Aufteilung, seinen Labels jeder Klasse und seinem NoData-Anteil. Dazu werden die Stellen der Bildausschnitte ein zweites Mal angesehen; der Layer entsteht also nur, wenn er verlangt wird.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Export training data for deep learning</source>
      <translation>Trainingsdaten für Deep Learning exportieren</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>chips,image chips,tiles,patches,labels,annotations,samples,training,training data,train,dataset,deep learning,machine learning,neural network,ai,segmentation,semantic,instance,panoptic,object detection,bounding boxes,classification,change detection,masks,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</source>
      <translation>Bildausschnitte,Bildchips,Kacheln,Patches,Labels,Annotationen,Stichproben,Training,Trainingsdaten,trainieren,Datensatz,Deep Learning,maschinelles Lernen,neuronales Netz,KI,Segmentierung,semantisch,Instanz,panoptisch,Objekterkennung,Begrenzungsrechtecke,Klassifikation,Änderungserkennung,Masken,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Cuts an image into chips with labels to train a model with.</source>
      <translation>Zerschneidet ein Bild in Bildausschnitte mit Labels, mit denen ein Modell trainiert wird.</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Chip</source>
      <translation>Bildausschnitt</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Left out</source>
      <translation>Weggelassen</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Blacken pixels around the feature</source>
      <translation>Pixel um das Objekt schwärzen</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only: pixels become 0 whose centre lies outside of the feature that the chip is made for.</source>
      <translation>Nur Labeled_Tiles und Imagenet: Pixel werden 0, deren Mitte außerhalb des Objekts liegt, für das der Bildausschnitt gemacht wird.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Same size for all chips</source>
      <translation>Gleiche Größe für alle Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only, which cut a chip for each label feature. On: every chip has the size set above and its feature in the middle. Off: it is cropped to the box around its feature.</source>
      <translation>Nur Labeled_Tiles und Imagenet, die für jedes Labelobjekt einen Ausschnitt machen. Ein: jeder Ausschnitt hat die oben eingestellte Größe und sein Objekt in der Mitte. Aus: er wird auf das Rechteck um sein Objekt beschnitten.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Second image</source>
      <translation>Zweites Bild</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Classified_Tiles and Export_Tiles: cut at the places of the first image, on its pixels, into the folder images2, for change detection and image translation; only chips that lie wholly on both. CycleGAN, which needs it: cut for itself, into the folder B, while the first goes into A.</source>
      <translation>Classified_Tiles und Export_Tiles: wird an den Stellen des ersten Bildes und auf dessen Pixeln geschnitten, in den Ordner images2, für Änderungserkennung und Bildübersetzung; nur Ausschnitte, die ganz auf beiden liegen. CycleGAN, das es braucht: wird für sich geschnitten, in den Ordner B, das erste in A.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Instances (features or raster)</source>
      <translation>Instanzen (Objekte oder Raster)</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Panoptic_Segmentation only, which needs it: a feature for each single object, or a raster in which each object has a number of its own.</source>
      <translation>Nur Panoptic_Segmentation, das es braucht: ein Objekt (Feature) für jeden einzelnen Gegenstand, oder ein Raster, in dem jeder Gegenstand eine eigene Nummer hat.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Field with the class of the instances</source>
      <translation>Feld mit der Klasse der Instanzen</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Found like the class field of the labels when it is left empty. Of a raster, the column of its attribute table; without one, all objects are of class 1.</source>
      <translation>Bleibt es leer, wird es wie das Klassenfeld der Labels gefunden. Bei einem Raster die Spalte seiner Attributtabelle; ohne eine sind alle Gegenstände von Klasse 1.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Least share of a feature within the chip</source>
      <translation>Kleinster Anteil eines Objekts im Bildausschnitt</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>From 0 to 1. A feature of which less lies within a chip is no label of that chip: 0.2 leaves out what is cut off by more than 80 percent.</source>
      <translation>Von 0 bis 1. Ein Objekt, von dem weniger in einem Bildausschnitt liegt, ist dort kein Label: 0.2 lässt weg, was zu mehr als 80 Prozent abgeschnitten ist.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in an XML file for each chip.</source>
      <translation>Ein Rechteck um jedes Objekt, in einer XML-Datei je Bildausschnitt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in a text file for each chip.</source>
      <translation>Ein Rechteck um jedes Objekt, in einer Textdatei je Bildausschnitt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel, as an image. With a second image, pairs to detect changes.</source>
      <translation>Die Klasse jedes Pixels, als Bild. Mit einem zweiten Bild Paare, um Änderungen zu erkennen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The pixels of each single object, as an image for each class.</source>
      <translation>Die Pixel jedes einzelnen Objekts, als ein Bild je Klasse.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>One class for each chip; every feature has a chip of its own.</source>
      <translation>Eine Klasse je Bildausschnitt; jedes Objekt hat einen eigenen Bildausschnitt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The names of all classes in each chip.</source>
      <translation>Die Namen aller Klassen in jedem Bildausschnitt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips without labels. With a second image, pairs of the same place.</source>
      <translation>Bildausschnitte ohne Labels. Mit einem zweiten Bild Paare vom selben Ort.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips of two images, A and B, to turn the one style into the other.</source>
      <translation>Bildausschnitte zweier Bilder, A und B, um den einen Stil in den anderen zu verwandeln.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A folder of chips for each class; every feature has a chip of its own.</source>
      <translation>Ein Ordner mit Bildausschnitten je Klasse; jedes Objekt hat einen eigenen Bildausschnitt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel and the pixels of each single object.</source>
      <translation>Die Klasse jedes Pixels und die Pixel jedes einzelnen Objekts.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in the layout form of XML files.</source>
      <translation>Ein Rechteck um jedes Objekt, in der Layout-Form der XML-Dateien.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box and a polygon for each object, in one JSON file for all chips.</source>
      <translation>Ein Rechteck und ein Polygon für jedes Objekt, in einer JSON-Datei für alle Bildausschnitte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, as Ultralytics reads it to detect objects.</source>
      <translation>Ein Rechteck um jedes Objekt, wie Ultralytics es zur Objekterkennung liest.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A turned box around each object, as Ultralytics reads it.</source>
      <translation>Ein gedrehtes Rechteck um jedes Objekt, wie Ultralytics es liest.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A polygon around each object, as Ultralytics reads it to segment.</source>
      <translation>Ein Polygon um jedes Objekt, wie Ultralytics es zur Segmentierung liest.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>When the folder already holds a dataset</source>
      <translation>Wenn der Ordner schon einen Datensatz enthält</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>refuse: it is not touched. append: chips are added, with the numbers after its last; what does not fit to it is refused. replace: it is made anew; the old one is only gone when the new one is whole. resume: an export that was cancelled, failed or was killed goes on, with the same settings and sources.</source>
      <translation>refuse: er wird nicht angerührt. append: Bildausschnitte kommen hinzu, mit den Nummern nach seinem letzten; was nicht dazu passt, wird abgelehnt. replace: er wird neu gemacht; der alte ist erst fort, wenn der neue vollständig ist. resume: ein Export, der abgebrochen wurde, scheiterte oder beendet wurde, geht weiter, mit denselben Einstellungen und Quellen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Chips at the edge of the image</source>
      <translation>Bildausschnitte am Rand des Bildes</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>drop: only whole chips. shift: the last chip of a row or column moves inwards. pad: it is filled up with no-data, and chips may be larger than the image.</source>
      <translation>drop: nur ganze Bildausschnitte. shift: der letzte einer Zeile oder Spalte rückt nach innen. pad: er wird mit NoData aufgefüllt, und Ausschnitte dürfen größer sein als das Bild.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Compression of TIFF and MRF chips</source>
      <translation>Kompression der TIFF- und MRF-Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Without loss. TIFF: DEFLATE is read by nearly everything, LZW by most. ZSTD takes least time, but GDAL and readers must be built with it: OpenCV and older versions of Pillow (and so torchvision) are not. MRF: DEFLATE or ZSTD. PNG and JPEG chips have a compression of their own. Label images, always TIFF, are compressed by DEFLATE unless this is NONE.</source>
      <translation>Verlustfrei. TIFF: DEFLATE liest fast alles, LZW das meiste. ZSTD ist am schnellsten, aber GDAL und die Leser müssen damit gebaut sein: OpenCV und ältere Versionen von Pillow (also torchvision) sind es nicht. MRF: DEFLATE oder ZSTD. PNG und JPEG haben ihre eigene Kompression. Labelbilder, stets TIFF, werden mit DEFLATE komprimiert, außer bei NONE.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>JPEG quality</source>
      <translation>JPEG-Qualität</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 10 to 100; for JPEG chips.</source>
      <translation>Von 10 bis 100; für JPEG-Bildausschnitte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>PNG compression level</source>
      <translation>PNG-Kompressionsstufe</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For PNG chips: 0 does not compress, 1 is fast, 2 to 9 make files up to a tenth or so smaller and take several times as long.</source>
      <translation>Für PNG-Bildausschnitte: 0 komprimiert nicht, 1 ist schnell, 2 bis 9 machen Dateien um bis zu etwa ein Zehntel kleiner und dauern ein Mehrfaches.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Use only the selected features of the label layer</source>
      <translation>Nur die ausgewählten Objekte des Labellayers verwenden</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Needs a label layer of the project with a selection.</source>
      <translation>Braucht einen Labellayer des Projekts, in dem etwas ausgewählt ist.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Bands of the image, in this order</source>
      <translation>Kanäle des Bildes, in dieser Reihenfolge</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 4,3,2. Left empty: all bands as they are.</source>
      <translation>Zum Beispiel 4,3,2. Leer: alle Kanäle, wie sie sind.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Scaling of pixel values to 8 bit</source>
      <translation>Skalierung der Pixelwerte auf 8 Bit</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>One stretch for all chips, from all pixels of the image but no-data. minmax: from the least to the greatest value of a band. percentile: without the darkest and brightest pixels. stddev: two standard deviations about the mean. Where the image may have no-data, 0 stands for it.</source>
      <translation>Eine Streckung für alle Bildausschnitte, aus allen Pixeln des Bildes außer NoData. minmax: vom kleinsten zum größten Wert eines Kanals. percentile: ohne die dunkelsten und hellsten Pixel. stddev: zwei Standardabweichungen um den Mittelwert. Wo das Bild NoData haben kann, steht 0 dafür.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Percentiles of the scaling</source>
      <translation>Perzentile der Skalierung</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For the scaling percentile: such as 2-98.</source>
      <translation>Für die Skalierung percentile: zum Beispiel 2-98.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most no-data in a chip</source>
      <translation>Höchster NoData-Anteil eines Bildausschnitts</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip with a greater share is left out; chips of nothing else always are.</source>
      <translation>Von 0 bis 1: ein Bildausschnitt mit größerem Anteil wird weggelassen; solche aus nichts anderem immer.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most chips without labels for each chip with labels</source>
      <translation>Höchstens so viele Bildausschnitte ohne Labels je Bildausschnitt mit Labels</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>With all chips exported: of those without labels, a random choice is kept. Left empty: all.</source>
      <translation>Wenn alle Bildausschnitte exportiert werden: von denen ohne Labels bleibt eine zufällige Auswahl. Leer: alle.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Least labelled share of a chip</source>
      <translation>Kleinster gelabelter Anteil eines Bildausschnitts</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip of which less is labelled is left out.</source>
      <translation>Von 0 bis 1: ein Bildausschnitt, von dem weniger gelabelt ist, wird weggelassen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Shares of training, validation and test</source>
      <translation>Anteile für Training, Validierung und Test</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 80/10/10. The image is divided into blocks, balanced by labels of each class; chips that would share pixels with a chip of another part are left out. Written to splits.json and, for YOLO, COCO and PASCAL VOC, as their trainers expect it.</source>
      <translation>Zum Beispiel 80/10/10. Das Bild wird in Blöcke geteilt, ausgewogen nach Labels jeder Klasse; Bildausschnitte, die Pixel mit einem eines anderen Teils gemein hätten, werden weggelassen. Steht in splits.json und, für YOLO, COCO und PASCAL VOC, so, wie ihre Trainer es erwarten.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Seed of random choices</source>
      <translation>Startwert für Zufälliges</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>The same seed gives the same dataset.</source>
      <translation>Derselbe Startwert ergibt denselben Datensatz.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Which class wins where labels overlap</source>
      <translation>Welche Klasse bei überlappenden Labels gilt</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>feature order: the later feature. smaller on top: the smaller feature. Or the name of a field of the labels: the feature with the greater value.</source>
      <translation>feature order: das spätere Objekt. smaller on top: das kleinere Objekt. Oder der Name eines Feldes der Labels: das Objekt mit dem größeren Wert.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: '{field}' is used.</source>
      <translation>Kein Klassenfeld ist gewählt: '{field}' wird benutzt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: all features are of one class.</source>
      <translation>Kein Klassenfeld ist gewählt: alle Objekte sind von einer Klasse.</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>The metadata formats:</source>
      <translation>Die Metadatenformate:</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>Chips are small images of one size, cut out of a large one. Each is written with its labels beside it, in the format that the training reads.

Choose the image, a layer with labels and the class field. Chip size and step are in pixels: with the defaults, chips of 256 × 256 pixels overlap by half. The metadata format decides what is written: boxes, class maps, masks or images only. The dialog shows the parameters that have a meaning for it.

Label features may be in any coordinate system. Points and lines need a buffer in formats that want areas. Filters and unsaved edits of the label layer are honoured; no layer is ever changed.

Every parameter explains itself when the mouse rests on it.</source>
      <translation>Bildausschnitte (Chips) sind kleine Bilder gleicher Größe, aus einem großen geschnitten. Jeder wird mit seinen Labels geschrieben, in dem Format, das das Training liest.

Wählen Sie das Bild, einen Layer mit Labels und das Klassenfeld. Größe und Schrittweite zählen Pixel: mit den Vorgaben überlappen sich Ausschnitte von 256 × 256 Pixeln zur Hälfte. Das Metadatenformat bestimmt, was geschrieben wird: Rechtecke, Klassenkarten, Masken oder nur Bilder. Der Dialog zeigt die Parameter, die dafür eine Bedeutung haben.

Labelobjekte dürfen in jedem Koordinatensystem vorliegen. Punkte und Linien brauchen einen Puffer, wenn das Format Flächen verlangt. Filter und nicht gespeicherte Änderungen des Labellayers werden beachtet; kein Layer wird je verändert.

Jeder Parameter erklärt sich, wenn die Maus auf ihm ruht.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Field with the class</source>
      <translation>Feld mit der Klasse</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Whole numbers are class values; texts are class names, numbered in sorted order. Left empty: a field called value, classvalue or class value is used; without one, all features are of one class. Class names and colours come from the fields classname, RED, GREEN and BLUE. Has no meaning for a classified raster.</source>
      <translation>Ganze Zahlen sind Klassenwerte; Texte sind Klassennamen, in sortierter Folge nummeriert. Leer: ein Feld namens value, classvalue oder class value wird benutzt; ohne eines sind alle Objekte von einer Klasse. Klassennamen und Farben kommen aus den Feldern classname, RED, GREEN und BLUE. Ohne Bedeutung für ein klassifiziertes Raster.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Buffer around label features</source>
      <translation>Puffer um Labelobjekte</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>In the unit of the label layer. Makes circles of points. Labels in degrees cannot be buffered: reproject them first.</source>
      <translation>In der Einheit des Labellayers. Macht Kreise aus Punkten. Labels in Grad können nicht gepuffert werden: projizieren Sie sie vorher um.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Mask polygons</source>
      <translation>Maskenpolygone</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Only chips that lie completely within these polygons are made.</source>
      <translation>Nur Bildausschnitte werden gemacht, die ganz innerhalb dieser Polygone liegen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Rotation angle in degrees</source>
      <translation>Drehwinkel in Grad</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Adds chips that are turned by this angle, by twice the angle and so on, up to 360 degrees, about their middle. They are read from the image, so that there are no black corners; those that leave the image are not made. 0: none.</source>
      <translation>Fügt Bildausschnitte hinzu, die um diesen Winkel, um das Doppelte und so weiter bis 360 Grad um ihre Mitte gedreht sind. Sie werden aus dem Bild gelesen, daher ohne schwarze Ecken; solche, die das Bild verlassen, werden nicht gemacht. 0: keine.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Reference system</source>
      <translation>Bezugssystem</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>MAP_SPACE: chips are georeferenced. PIXEL_SPACE: chips keep the stored pixels and carry no position, also of images that have none; labels on a map are brought to the pixels, labels of no system are taken for pixels as QGIS shows them (the row is minus y).</source>
      <translation>MAP_SPACE: Bildausschnitte sind georeferenziert. PIXEL_SPACE: Ausschnitte behalten die gespeicherten Pixel und tragen keine Lage, auch bei Bildern ohne Lage; Labels auf einer Karte werden auf die Pixel gebracht, Labels ohne Koordinatensystem gelten als Pixel, wie QGIS sie zeigt (die Zeile ist minus y).</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Process all images of the collection separately</source>
      <translation>Alle Bilder der Sammlung einzeln verarbeiten</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Each image is cut on its own and may have its own cell size and system; otherwise they are one mosaic. A VRT mosaic alone counts as its images.</source>
      <translation>Jedes Bild wird für sich geschnitten und darf eigene Zellgröße und eigenes Koordinatensystem haben; sonst sind sie ein Mosaik. Ein VRT-Mosaik allein zählt als seine Bilder.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Preview training data chips</source>
      <translation>Vorschau der Bildausschnitte für Trainingsdaten</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>chips,image chips,tiles,patches,grid,footprints,dry run,deep learning,training data</source>
      <translation>Bildausschnitte,Bildchips,Kacheln,Patches,Raster,Umrisse,Probelauf,Vorschau,Deep Learning,Trainingsdaten</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Shows where an export would cut chips, and which places it leaves out.</source>
      <translation>Zeigt, wo ein Export Bildausschnitte machen würde und welche Stellen er weglässt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Takes the parameters of Export training data for deep learning and does the same, but writes no dataset. The result is a polygon layer with every place for a chip: the number that its file would have, its row, column and angle, its split, its labels of each class, its share of no-data, and whether it is kept, or why not.

It always runs on this computer, also if a cluster is given. Pixels are read only if it depends on them which chips are kept; else the share of no-data is 0.</source>
      <translation>Nimmt die Parameter von „Trainingsdaten für Deep Learning exportieren“ und tut dasselbe, schreibt aber keinen Datensatz. Das Ergebnis ist ein Polygonlayer mit jeder Stelle für einen Bildausschnitt: die Nummer, die seine Datei hätte, seine Zeile, Spalte und Drehung, sein Teil der Aufteilung, seine Labels jeder Klasse, sein NoData-Anteil, und ob er bleibt oder warum nicht.

Es läuft immer auf diesem Rechner, auch wenn ein Cluster angegeben ist. Pixel werden nur gelesen, wenn von ihnen abhängt, welche Bildausschnitte bleiben; sonst ist der NoData-Anteil 0.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Number of places</source>
      <translation>Anzahl der Stellen</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>A polygon for every place, in the system of the image.</source>
      <translation>Ein Polygon für jede Stelle, im Koordinatensystem des Bildes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Run an export request</source>
      <translation>Eine Exportanfrage ausführen</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>chips,tiles,labels,deep learning,training data,rest,json,service,portal,arcgis,image server,raster analysis</source>
      <translation>Bildausschnitte,Kacheln,Labels,Deep Learning,Trainingsdaten,rest,json,Dienst,Portal,arcgis,image server,Rasteranalyse</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Runs an export that was written down for a raster analysis service.</source>
      <translation>Führt einen Export aus, der für einen Dienst zur Rasteranalyse aufgeschrieben wurde.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Takes the request of the service's task ExportTrainingDataforDeepLearning as text: a JSON object, a query string or the whole URL. It runs here what the service would run, with the parameters of Export training data for deep learning.

Sources may be items of a portal, image, map and feature services, URLs of files, paths, or names of layers of the project. Images that are attached to the features of a service are cut one by one.

The answer has the form in which the service answers of a job. The report of the export and a layer of the footprints of its chips are outputs as well.</source>
      <translation>Nimmt die Anfrage an die Aufgabe ExportTrainingDataforDeepLearning des Dienstes als Text: ein JSON-Objekt, eine Abfragezeichenkette oder die ganze URL. Hier wird ausgeführt, was der Dienst ausführen würde, mit den Parametern von „Trainingsdaten für Deep Learning exportieren“.

Quellen können Elemente eines Portals sein, Bild-, Karten- und Feature-Dienste, URLs von Dateien, Pfade oder Namen von Layern des Projekts. Bilder, die an die Objekte eines Dienstes angehängt sind, werden einzeln geschnitten.

Die Antwort hat die Form, in der der Dienst über einen Auftrag Auskunft gibt. Auch der Bericht des Exports und ein Layer mit den Umrissen der Bildausschnitte sind Ausgaben.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Job as JSON</source>
      <translation>Auftrag als JSON</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Request</source>
      <translation>Anfrage</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>A JSON object, a query string or a URL with all parameters; or the path of a file with such a text.</source>
      <translation>Ein JSON-Objekt, eine Abfragezeichenkette oder eine URL mit allen Parametern; oder der Pfad einer Datei mit einem solchen Text.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Portal</source>
      <translation>Portal</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Where items are looked up that the request names by itemId.</source>
      <translation>Wo Elemente nachgeschlagen werden, die die Anfrage mit itemId nennt.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Authentication</source>
      <translation>Authentifizierung</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>For the portal and all services of the request. It is sent to all of them, so use it for requests that you trust.</source>
      <translation>Für das Portal und alle Dienste der Anfrage. Sie wird an alle gesendet; benutzen Sie sie daher nur für Anfragen, denen Sie vertrauen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>In place of the request's own outputLocation, which often is a folder of the service's.</source>
      <translation>Anstelle der outputLocation der Anfrage, die oft ein Ordner des Dienstes ist.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Answer</source>
      <translation>Antwort</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>How the job ended, also when it failed; for programs to read.</source>
      <translation>Wie der Auftrag endete, auch wenn er scheiterte; von Programmen lesbar.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Image to cut into chips</source>
      <translation>Bild, aus dem Ausschnitte gemacht werden</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Its pixels are copied as they are stored, not as they are drawn. Layers of services are fetched first; those that are only drawn, such as WMS, have colours, and need a cell size.</source>
      <translation>Seine Pixel werden so kopiert, wie sie gespeichert sind, nicht wie sie dargestellt werden. Layer von Diensten werden zuerst heruntergeladen; solche, die nur gezeichnet werden, etwa WMS, haben Farben und brauchen eine Zellgröße.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Further images of the same collection</source>
      <translation>Weitere Bilder derselben Sammlung</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Files, layers, folders or tile indexes. They are cut together with the first image: as one mosaic, in which the earlier image covers the later, or each on its own.</source>
      <translation>Dateien, Layer, Ordner oder Kachelindizes. Sie werden zusammen mit dem ersten Bild geschnitten: als ein Mosaik, in dem das frühere Bild das spätere überdeckt, oder jedes für sich.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Created when it is missing. A dataset that it already holds is not touched, unless existingOutput says so.</source>
      <translation>Wird angelegt, wenn er fehlt. Ein Datensatz, den er schon enthält, wird nicht angerührt, außer existingOutput sagt es anders.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Labels (features or classified raster)</source>
      <translation>Labels (Objekte oder klassifiziertes Raster)</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Polygons, lines or points that mark the objects, or a raster whose pixels are class values. Any coordinate system. Formats of objects take the pixels of one class that are connected within a chip for an object. All metadata formats need labels, except Export_Tiles and CycleGAN.</source>
      <translation>Polygone, Linien oder Punkte, die die Gegenstände bezeichnen, oder ein Raster, dessen Pixel Klassenwerte sind. Jedes Koordinatensystem. Formate für Gegenstände nehmen zusammenhängende Pixel einer Klasse in einem Bildausschnitt als einen Gegenstand. Alle Metadatenformate brauchen Labels, außer Export_Tiles und CycleGAN.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Image format of the chips</source>
      <translation>Bildformat der Bildausschnitte</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>TIFF and MRF take any pixels. PNG and JPEG take 1 or 3 bands; PNG 8 or 16 bit, JPEG 8 bit. Label images are always stored without loss.</source>
      <translation>TIFF und MRF nehmen alle Pixel auf. PNG und JPEG haben 1 oder 3 Kanäle; PNG 8 oder 16 Bit, JPEG 8 Bit. Labelbilder werden immer verlustfrei gespeichert.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip width in pixels</source>
      <translation>Breite der Bildausschnitte in Pixeln</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Counted at the resolution of the chips.</source>
      <translation>Gezählt in der Auflösung der Bildausschnitte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip height in pixels</source>
      <translation>Höhe der Bildausschnitte in Pixeln</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step to the right in pixels</source>
      <translation>Schritt nach rechts in Pixeln</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one chip to the next. Less than the chip width: chips overlap. More: gaps are left. 0: the same as the chip width.</source>
      <translation>Von einem Bildausschnitt zum nächsten. Kleiner als die Breite: Ausschnitte überlappen sich. Größer: es bleiben Lücken. 0: gleich der Breite.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step downwards in pixels</source>
      <translation>Schritt nach unten in Pixeln</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one row of chips to the next. Less than the chip height: chips overlap. More: gaps are left. 0: the same as the chip height.</source>
      <translation>Von einer Zeile von Bildausschnitten zur nächsten. Kleiner als die Höhe: Ausschnitte überlappen sich. Größer: es bleiben Lücken. 0: gleich der Höhe.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Metadata format of the labels</source>
      <translation>Metadatenformat der Labels</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>What the training reads. Boxes: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Pixels: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Whole chips: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Images only: Export_Tiles, CycleGAN.</source>
      <translation>Was das Training liest. Rechtecke: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Pixel: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Ganze Bildausschnitte: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Nur Bilder: Export_Tiles, CycleGAN.</translation>
    </message>
  </context>
</TS>
