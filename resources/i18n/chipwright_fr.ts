<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
  <context>
    <name>Chipwright</name>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Check training data</source>
      <translation>Vérifier des données d'entraînement</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>chips,tiles,labels,annotations,validate,verify,quality,training,training data,dataset,deep learning,machine learning,segmentation,object detection,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</source>
      <translation>imagettes,tuiles,étiquettes,annotations,valider,vérifier,qualité,entraînement,données d'entraînement,jeu de données,apprentissage profond,apprentissage automatique,segmentation,détection d'objets,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Finds what a training would stumble over in a dataset of chips.</source>
      <translation>Trouve ce qui ferait échouer un entraînement dans un jeu d'imagettes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Reads every file of a dataset and says what a training would stumble over: chips that cannot be read, labels without a chip, boxes outside of it, unknown classes, counts that are not true.

It takes datasets of all metadata formats of Export training data for deep learning, also those that other programs wrote. The format is found in the dataset.

An error spoils a training, a warning may be meant. The dataset is never changed.</source>
      <translation>Lit chaque fichier d'un jeu de données et signale ce sur quoi un entraînement trébucherait : imagettes illisibles, étiquettes sans imagette, rectangles qui en sortent, classes inconnues, décomptes faux.

Accepte les jeux de données de tous les formats de métadonnées d'« Exporter des données d'entraînement pour l'apprentissage profond », y compris ceux écrits par d'autres programmes. Le format est trouvé dans le jeu de données.

Une erreur compromet un entraînement, un avertissement peut être voulu. Le jeu de données n'est jamais modifié.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of errors</source>
      <translation>Nombre d'erreurs</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of warnings</source>
      <translation>Nombre d'avertissements</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Metadata format</source>
      <translation>Format des métadonnées</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Folder of the dataset</source>
      <translation>Dossier du jeu de données</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>The folder that an export wrote, with the folder images in it.</source>
      <translation>Le dossier écrit par un export, qui contient le dossier images.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Report</source>
      <translation>Rapport</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>JSON files (*.json)</source>
      <translation>Fichiers JSON (*.json)</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>All findings and their numbers, for programs to read.</source>
      <translation>Tous les constats et leurs nombres, lisibles par des programmes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Findings</source>
      <translation>Constats</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>A table with a row for each finding: how severe it is, its kind, the file and what to do. Of each kind 100 are listed.</source>
      <translation>Une table avec une ligne par constat : sa gravité, son genre, le fichier et ce qu'il faut faire. 100 de chaque genre sont listés.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>unknown format</source>
      <translation>format inconnu</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Errors: {errors}, warnings: {warnings} ({format}).</source>
      <translation>Erreurs : {errors}, avertissements : {warnings} ({format}).</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Cell size of the chips</source>
      <translation>Taille de cellule des imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In map units of the image. Left empty: the resolution of the image.</source>
      <translation>En unités de carte de l'image. Vide : la résolution de l'image.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Only within this extent</source>
      <translation>Seulement dans cette emprise</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In any coordinate system; widened to whole pixels. Left empty: the whole image.</source>
      <translation>Dans un système de coordonnées quelconque ; élargie à des pixels entiers. Vide : toute l'image.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Workers</source>
      <translation>Processus de travail</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>A number (4) or a share of the processor's cores (50%). The dataset is the same whatever is given.</source>
      <translation>Un nombre (4) ou une part des cœurs du processeur (50%). Le jeu de données est le même dans tous les cas.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Scheduler of a Dask cluster</source>
      <translation>Ordonnanceur d'un cluster Dask</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>An address such as tcp://host:8786. The workers of the cluster then read and write, instead of this computer; they must see the image and the output folder under the same paths. The dataset is the same. Needs the Python package distributed.</source>
      <translation>Une adresse telle que tcp://host:8786. Les processus du cluster lisent et écrivent alors à la place de cet ordinateur ; ils doivent voir l'image et le dossier de sortie sous les mêmes chemins. Le jeu de données est le même. Nécessite le paquet Python distributed.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Export chips without labels as well</source>
      <translation>Exporter aussi les imagettes sans étiquette</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Off: only chips that some label reaches into.</source>
      <translation>Désactivé : seulement les imagettes qu'une étiquette atteint.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Number of the first chip</source>
      <translation>Numéro de la première imagette</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>The number that the first chip's file name carries.</source>
      <translation>Le numéro que porte le nom de fichier de la première imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Format of the report</source>
      <translation>Format du rapport</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Of the report that is written beside the dataset and shown among the results. html: a page with pictures, report.html. json and pjson: report.json for programs, compact or indented.</source>
      <translation>Du rapport qui est écrit à côté du jeu de données et affiché parmi les résultats. html : une page avec des images, report.html. json et pjson : report.json pour les programmes, compact ou indenté.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of chips</source>
      <translation>Nombre d'imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of labels</source>
      <translation>Nombre d'étiquettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Page of report</source>
      <translation>Page du rapport</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Footprints of the chips</source>
      <translation>Emprises des imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>A polygon for every chip that is written, with its number, row, column and angle, its split, its labels of each class and its share of no-data. Takes a second look at the places of the chips, so it is only made if it is asked for.</source>
      <translation>Un polygone pour chaque imagette écrite, avec son numéro, sa ligne, sa colonne et son angle, sa part de la répartition, ses étiquettes de chaque classe et sa part de NoData. Les emplacements des imagettes sont alors examinés une seconde fois : la couche n'est donc créée que si elle est demandée.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Export training data for deep learning</source>
      <translation>Exporter des données d'entraînement pour l'apprentissage profond</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>chips,image chips,tiles,patches,labels,annotations,samples,training,training data,train,dataset,deep learning,machine learning,neural network,ai,segmentation,semantic,instance,panoptic,object detection,bounding boxes,classification,change detection,masks,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</source>
      <translation>imagettes,vignettes,tuiles,patchs,étiquettes,annotations,échantillons,entraînement,données d'entraînement,entraîner,jeu de données,apprentissage profond,apprentissage automatique,réseau de neurones,ia,segmentation,sémantique,instance,panoptique,détection d'objets,rectangles englobants,classification,détection de changements,masques,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Cuts an image into chips with labels to train a model with.</source>
      <translation>Découpe une image en imagettes étiquetées pour entraîner un modèle.</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Chip</source>
      <translation>Imagette</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Left out</source>
      <translation>Écarté</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Blacken pixels around the feature</source>
      <translation>Noircir les pixels autour de l'entité</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only: pixels become 0 whose centre lies outside of the feature that the chip is made for.</source>
      <translation>Labeled_Tiles et Imagenet seulement : deviennent 0 les pixels dont le centre est hors de l'entité pour laquelle l'imagette est faite.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Same size for all chips</source>
      <translation>Même taille pour toutes les imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only, which cut a chip for each label feature. On: every chip has the size set above and its feature in the middle. Off: it is cropped to the box around its feature.</source>
      <translation>Labeled_Tiles et Imagenet seulement, qui découpent une imagette par entité d'étiquette. Activé : chaque imagette a la taille fixée plus haut et son entité au milieu. Désactivé : elle est rognée au rectangle autour de son entité.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Second image</source>
      <translation>Seconde image</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Classified_Tiles and Export_Tiles: cut at the places of the first image, on its pixels, into the folder images2, for change detection and image translation; only chips that lie wholly on both. CycleGAN, which needs it: cut for itself, into the folder B, while the first goes into A.</source>
      <translation>Classified_Tiles et Export_Tiles : découpée aux endroits de la première image et sur ses pixels, dans le dossier images2, pour la détection de changements et la traduction d'images ; seulement les imagettes entièrement sur les deux. CycleGAN, qui la demande : découpée pour elle-même, dans le dossier B, la première allant dans A.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Instances (features or raster)</source>
      <translation>Instances (entités ou raster)</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Panoptic_Segmentation only, which needs it: a feature for each single object, or a raster in which each object has a number of its own.</source>
      <translation>Panoptic_Segmentation seulement, qui les demande : une entité pour chaque objet, ou un raster dans lequel chaque objet a son propre numéro.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Field with the class of the instances</source>
      <translation>Champ de la classe des instances</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Found like the class field of the labels when it is left empty. Of a raster, the column of its attribute table; without one, all objects are of class 1.</source>
      <translation>Trouvé comme le champ de classe des étiquettes s'il reste vide. Pour un raster, la colonne de sa table d'attributs ; sans elle, tous les objets sont de la classe 1.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Least share of a feature within the chip</source>
      <translation>Part minimale d'une entité dans l'imagette</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>From 0 to 1. A feature of which less lies within a chip is no label of that chip: 0.2 leaves out what is cut off by more than 80 percent.</source>
      <translation>De 0 à 1. Une entité dont une part moindre est dans une imagette n'y est pas une étiquette : 0.2 écarte ce qui est coupé à plus de 80 pour cent.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in an XML file for each chip.</source>
      <translation>Un rectangle autour de chaque objet, dans un fichier XML par imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in a text file for each chip.</source>
      <translation>Un rectangle autour de chaque objet, dans un fichier texte par imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel, as an image. With a second image, pairs to detect changes.</source>
      <translation>La classe de chaque pixel, sous forme d'image. Avec une seconde image, des paires pour détecter les changements.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The pixels of each single object, as an image for each class.</source>
      <translation>Les pixels de chaque objet, sous forme d'une image par classe.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>One class for each chip; every feature has a chip of its own.</source>
      <translation>Une classe par imagette ; chaque entité a sa propre imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The names of all classes in each chip.</source>
      <translation>Les noms de toutes les classes dans chaque imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips without labels. With a second image, pairs of the same place.</source>
      <translation>Des imagettes sans étiquettes. Avec une seconde image, des paires du même endroit.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips of two images, A and B, to turn the one style into the other.</source>
      <translation>Des imagettes de deux images, A et B, pour transformer un style en l'autre.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A folder of chips for each class; every feature has a chip of its own.</source>
      <translation>Un dossier d'imagettes par classe ; chaque entité a sa propre imagette.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel and the pixels of each single object.</source>
      <translation>La classe de chaque pixel et les pixels de chaque objet.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in the layout form of XML files.</source>
      <translation>Un rectangle autour de chaque objet, dans la forme « layout » des fichiers XML.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box and a polygon for each object, in one JSON file for all chips.</source>
      <translation>Un rectangle et un polygone par objet, dans un seul fichier JSON pour toutes les imagettes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, as Ultralytics reads it to detect objects.</source>
      <translation>Un rectangle autour de chaque objet, comme Ultralytics le lit pour détecter des objets.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A turned box around each object, as Ultralytics reads it.</source>
      <translation>Un rectangle tourné autour de chaque objet, comme Ultralytics le lit.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A polygon around each object, as Ultralytics reads it to segment.</source>
      <translation>Un polygone autour de chaque objet, comme Ultralytics le lit pour segmenter.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>When the folder already holds a dataset</source>
      <translation>Si le dossier contient déjà un jeu de données</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>refuse: it is not touched. append: chips are added, with the numbers after its last; what does not fit to it is refused. replace: it is made anew; the old one is only gone when the new one is whole. resume: an export that was cancelled, failed or was killed goes on, with the same settings and sources.</source>
      <translation>refuse : il n'est pas touché. append : des imagettes s'ajoutent, numérotées après la dernière ; ce qui ne s'y accorde pas est refusé. replace : il est refait ; l'ancien ne disparaît que lorsque le nouveau est complet. resume : un export annulé, échoué ou tué reprend, avec les mêmes réglages et sources.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Chips at the edge of the image</source>
      <translation>Imagettes au bord de l'image</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>drop: only whole chips. shift: the last chip of a row or column moves inwards. pad: it is filled up with no-data, and chips may be larger than the image.</source>
      <translation>drop : seulement des imagettes entières. shift : la dernière d'une ligne ou colonne est décalée vers l'intérieur. pad : elle est complétée par du NoData, et les imagettes peuvent dépasser la taille de l'image.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Compression of TIFF and MRF chips</source>
      <translation>Compression des imagettes TIFF et MRF</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Without loss. TIFF: DEFLATE is read by nearly everything, LZW by most. ZSTD takes least time, but GDAL and readers must be built with it: OpenCV and older versions of Pillow (and so torchvision) are not. MRF: DEFLATE or ZSTD. PNG and JPEG chips have a compression of their own. Label images, always TIFF, are compressed by DEFLATE unless this is NONE.</source>
      <translation>Sans perte. TIFF : DEFLATE est lu par presque tout, LZW par la plupart. ZSTD est le plus rapide, mais GDAL et les lecteurs doivent être compilés avec : OpenCV et d'anciennes versions de Pillow (donc torchvision) ne le sont pas. MRF : DEFLATE ou ZSTD. PNG et JPEG ont leur propre compression. Les images d'étiquettes, toujours TIFF, sont compressées par DEFLATE sauf avec NONE.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>JPEG quality</source>
      <translation>Qualité JPEG</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 10 to 100; for JPEG chips.</source>
      <translation>De 10 à 100 ; pour les imagettes JPEG.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>PNG compression level</source>
      <translation>Niveau de compression PNG</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For PNG chips: 0 does not compress, 1 is fast, 2 to 9 make files up to a tenth or so smaller and take several times as long.</source>
      <translation>Pour les imagettes PNG : 0 ne compresse pas, 1 est rapide, 2 à 9 réduisent les fichiers d'un dixième environ au plus et prennent plusieurs fois plus de temps.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Use only the selected features of the label layer</source>
      <translation>N'utiliser que les entités sélectionnées de la couche d'étiquettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Needs a label layer of the project with a selection.</source>
      <translation>Demande une couche d'étiquettes du projet avec une sélection.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Bands of the image, in this order</source>
      <translation>Bandes de l'image, dans cet ordre</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 4,3,2. Left empty: all bands as they are.</source>
      <translation>Par exemple 4,3,2. Vide : toutes les bandes telles quelles.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Scaling of pixel values to 8 bit</source>
      <translation>Mise à l'échelle des pixels sur 8 bits</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>One stretch for all chips, from all pixels of the image but no-data. minmax: from the least to the greatest value of a band. percentile: without the darkest and brightest pixels. stddev: two standard deviations about the mean. Where the image may have no-data, 0 stands for it.</source>
      <translation>Un seul étirement pour toutes les imagettes, tiré de tous les pixels de l'image hors NoData. minmax : de la plus petite à la plus grande valeur d'une bande. percentile : sans les pixels les plus sombres et les plus clairs. stddev : deux écarts-types autour de la moyenne. Là où l'image peut avoir du NoData, 0 le représente.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Percentiles of the scaling</source>
      <translation>Centiles de la mise à l'échelle</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For the scaling percentile: such as 2-98.</source>
      <translation>Pour la mise à l'échelle percentile : par exemple 2-98.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most no-data in a chip</source>
      <translation>Part maximale de NoData dans une imagette</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip with a greater share is left out; chips of nothing else always are.</source>
      <translation>De 0 à 1 : une imagette avec une part plus grande est écartée ; celles qui n'ont rien d'autre le sont toujours.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most chips without labels for each chip with labels</source>
      <translation>Maximum d'imagettes sans étiquette par imagette étiquetée</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>With all chips exported: of those without labels, a random choice is kept. Left empty: all.</source>
      <translation>Si toutes les imagettes sont exportées : de celles sans étiquette, un choix aléatoire est gardé. Vide : toutes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Least labelled share of a chip</source>
      <translation>Part étiquetée minimale d'une imagette</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip of which less is labelled is left out.</source>
      <translation>De 0 à 1 : une imagette dont une part moindre est étiquetée est écartée.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Shares of training, validation and test</source>
      <translation>Parts d'entraînement, de validation et de test</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 80/10/10. The image is divided into blocks, balanced by labels of each class; chips that would share pixels with a chip of another part are left out. Written to splits.json and, for YOLO, COCO and PASCAL VOC, as their trainers expect it.</source>
      <translation>Par exemple 80/10/10. L'image est divisée en blocs, équilibrés selon les étiquettes de chaque classe ; les imagettes qui partageraient des pixels avec celles d'une autre part sont écartées. Écrit dans splits.json et, pour YOLO, COCO et PASCAL VOC, comme leurs entraîneurs l'attendent.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Seed of random choices</source>
      <translation>Graine des choix aléatoires</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>The same seed gives the same dataset.</source>
      <translation>La même graine donne le même jeu de données.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Which class wins where labels overlap</source>
      <translation>Quelle classe l'emporte où des étiquettes se recouvrent</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>feature order: the later feature. smaller on top: the smaller feature. Or the name of a field of the labels: the feature with the greater value.</source>
      <translation>feature order : l'entité suivante. smaller on top : la plus petite entité. Ou le nom d'un champ des étiquettes : l'entité de plus grande valeur.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: '{field}' is used.</source>
      <translation>Aucun champ de classe n'est choisi : '{field}' est utilisé.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: all features are of one class.</source>
      <translation>Aucun champ de classe n'est choisi : toutes les entités sont d'une seule classe.</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>The metadata formats:</source>
      <translation>Les formats de métadonnées :</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>Chips are small images of one size, cut out of a large one. Each is written with its labels beside it, in the format that the training reads.

Choose the image, a layer with labels and the class field. Chip size and step are in pixels: with the defaults, chips of 256 × 256 pixels overlap by half. The metadata format decides what is written: boxes, class maps, masks or images only. The dialog shows the parameters that have a meaning for it.

Label features may be in any coordinate system. Points and lines need a buffer in formats that want areas. Filters and unsaved edits of the label layer are honoured; no layer is ever changed.

Every parameter explains itself when the mouse rests on it.</source>
      <translation>Les imagettes (chips) sont de petites images de même taille, découpées dans une grande. Chacune est écrite avec ses étiquettes, dans le format que lit l'entraînement.

Choisissez l'image, une couche d'étiquettes et le champ de classe. La taille et le pas sont en pixels : par défaut, des imagettes de 256 × 256 pixels se recouvrent de moitié. Le format des métadonnées décide de ce qui est écrit : rectangles, cartes de classes, masques ou images seules. La boîte de dialogue montre les paramètres qui ont un sens pour lui.

Les entités d'étiquettes peuvent être dans un système de coordonnées quelconque. Points et lignes demandent un tampon dans les formats qui veulent des surfaces. Les filtres et les modifications non enregistrées de la couche sont pris en compte ; aucune couche n'est jamais modifiée.

Chaque paramètre s'explique quand la souris s'y arrête.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Field with the class</source>
      <translation>Champ de la classe</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Whole numbers are class values; texts are class names, numbered in sorted order. Left empty: a field called value, classvalue or class value is used; without one, all features are of one class. Class names and colours come from the fields classname, RED, GREEN and BLUE. Has no meaning for a classified raster.</source>
      <translation>Les nombres entiers sont des valeurs de classe ; les textes sont des noms de classe, numérotés dans l'ordre alphabétique. Vide : un champ nommé value, classvalue ou class value est utilisé ; sans lui, toutes les entités sont d'une seule classe. Noms et couleurs des classes viennent des champs classname, RED, GREEN et BLUE. Sans effet pour un raster classifié.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Buffer around label features</source>
      <translation>Tampon autour des entités d'étiquettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>In the unit of the label layer. Makes circles of points. Labels in degrees cannot be buffered: reproject them first.</source>
      <translation>Dans l'unité de la couche d'étiquettes. Fait des cercles à partir de points. Des étiquettes en degrés ne peuvent pas recevoir de tampon : reprojetez-les d'abord.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Mask polygons</source>
      <translation>Polygones de masque</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Only chips that lie completely within these polygons are made.</source>
      <translation>Seules sont faites les imagettes entièrement à l'intérieur de ces polygones.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Rotation angle in degrees</source>
      <translation>Angle de rotation en degrés</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Adds chips that are turned by this angle, by twice the angle and so on, up to 360 degrees, about their middle. They are read from the image, so that there are no black corners; those that leave the image are not made. 0: none.</source>
      <translation>Ajoute des imagettes tournées de cet angle, de son double et ainsi de suite jusqu'à 360 degrés, autour de leur milieu. Elles sont lues dans l'image, donc sans coins noirs ; celles qui sortent de l'image ne sont pas faites. 0 : aucune.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Reference system</source>
      <translation>Système de référence</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>MAP_SPACE: chips are georeferenced. PIXEL_SPACE: chips keep the stored pixels and carry no position, also of images that have none; labels on a map are brought to the pixels, labels of no system are taken for pixels as QGIS shows them (the row is minus y).</source>
      <translation>MAP_SPACE : les imagettes sont géoréférencées. PIXEL_SPACE : les imagettes gardent les pixels stockés et ne portent pas de position, même pour les images qui n'en ont pas ; les étiquettes sur une carte sont ramenées aux pixels, celles sans système sont prises pour des pixels comme QGIS les montre (la ligne est moins y).</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Process all images of the collection separately</source>
      <translation>Traiter séparément toutes les images de la collection</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Each image is cut on its own and may have its own cell size and system; otherwise they are one mosaic. A VRT mosaic alone counts as its images.</source>
      <translation>Chaque image est découpée pour elle-même et peut avoir sa propre taille de cellule et son propre système ; sinon elles forment une mosaïque. Une mosaïque VRT seule compte comme ses images.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Preview training data chips</source>
      <translation>Prévisualiser les imagettes de données d'entraînement</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>chips,image chips,tiles,patches,grid,footprints,dry run,deep learning,training data</source>
      <translation>imagettes,vignettes,tuiles,patchs,grille,emprises,essai à blanc,aperçu,apprentissage profond,données d'entraînement</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Shows where an export would cut chips, and which places it leaves out.</source>
      <translation>Montre où un export découperait des imagettes, et quels emplacements il écarte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Takes the parameters of Export training data for deep learning and does the same, but writes no dataset. The result is a polygon layer with every place for a chip: the number that its file would have, its row, column and angle, its split, its labels of each class, its share of no-data, and whether it is kept, or why not.

It always runs on this computer, also if a cluster is given. Pixels are read only if it depends on them which chips are kept; else the share of no-data is 0.</source>
      <translation>Prend les paramètres de « Exporter des données d'entraînement pour l'apprentissage profond » et fait la même chose, mais n'écrit aucun jeu de données. Le résultat est une couche de polygones avec chaque emplacement d'imagette : le numéro qu'aurait son fichier, sa ligne, sa colonne et son angle, sa part de la répartition, ses étiquettes de chaque classe, sa part de NoData, et si elle est gardée, ou pourquoi elle ne l'est pas.

Il s'exécute toujours sur cet ordinateur, même si un cluster est indiqué. Les pixels ne sont lus que si le choix des imagettes en dépend ; sinon la part de NoData est 0.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Number of places</source>
      <translation>Nombre d'emplacements</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>A polygon for every place, in the system of the image.</source>
      <translation>Un polygone par emplacement, dans le système de coordonnées de l'image.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Run an export request</source>
      <translation>Exécuter une requête d'export</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>chips,tiles,labels,deep learning,training data,rest,json,service,portal,arcgis,image server,raster analysis</source>
      <translation>imagettes,tuiles,étiquettes,apprentissage profond,données d'entraînement,rest,json,service,portail,arcgis,image server,analyse raster</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Runs an export that was written down for a raster analysis service.</source>
      <translation>Exécute un export écrit pour un service d'analyse raster.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Takes the request of the service's task ExportTrainingDataforDeepLearning as text: a JSON object, a query string or the whole URL. It runs here what the service would run, with the parameters of Export training data for deep learning.

Sources may be items of a portal, image, map and feature services, URLs of files, paths, or names of layers of the project. Images that are attached to the features of a service are cut one by one.

The answer has the form in which the service answers of a job. The report of the export and a layer of the footprints of its chips are outputs as well.</source>
      <translation>Prend sous forme de texte la requête adressée à la tâche ExportTrainingDataforDeepLearning du service : un objet JSON, une chaîne de requête ou l'URL entière. Exécute ici ce que le service exécuterait, avec les paramètres de « Exporter des données d'entraînement pour l'apprentissage profond ».

Les sources peuvent être des éléments d'un portail, des services d'images, de cartes et d'entités, des URL de fichiers, des chemins ou des noms de couches du projet. Les images jointes aux entités d'un service sont découpées une à une.

La réponse a la forme sous laquelle le service rend compte d'une tâche. Le rapport de l'export et une couche des emprises des imagettes sont aussi des sorties.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Job as JSON</source>
      <translation>Tâche en JSON</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Request</source>
      <translation>Requête</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>A JSON object, a query string or a URL with all parameters; or the path of a file with such a text.</source>
      <translation>Un objet JSON, une chaîne de requête ou une URL avec tous les paramètres ; ou le chemin d'un fichier contenant un tel texte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Portal</source>
      <translation>Portail</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Where items are looked up that the request names by itemId.</source>
      <translation>Où sont cherchés les éléments que la requête nomme par itemId.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Authentication</source>
      <translation>Authentification</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>For the portal and all services of the request. It is sent to all of them, so use it for requests that you trust.</source>
      <translation>Pour le portail et tous les services de la requête. Elle leur est envoyée à tous ; ne l'utilisez que pour des requêtes de confiance.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>In place of the request's own outputLocation, which often is a folder of the service's.</source>
      <translation>À la place de l'outputLocation de la requête, qui est souvent un dossier du service.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Answer</source>
      <translation>Réponse</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>How the job ended, also when it failed; for programs to read.</source>
      <translation>Comment la tâche s'est terminée, même en cas d'échec ; lisible par des programmes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Image to cut into chips</source>
      <translation>Image à découper en imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Its pixels are copied as they are stored, not as they are drawn. Layers of services are fetched first; those that are only drawn, such as WMS, have colours, and need a cell size.</source>
      <translation>Ses pixels sont copiés tels qu'ils sont stockés, non tels qu'ils sont affichés. Les couches de services sont d'abord téléchargées ; celles qui sont seulement dessinées, comme WMS, ont des couleurs et demandent une taille de cellule.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Further images of the same collection</source>
      <translation>Autres images de la même collection</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Files, layers, folders or tile indexes. They are cut together with the first image: as one mosaic, in which the earlier image covers the later, or each on its own.</source>
      <translation>Fichiers, couches, dossiers ou index de tuiles. Ils sont découpés avec la première image : comme une seule mosaïque, dans laquelle l'image précédente couvre la suivante, ou chacun pour soi.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Created when it is missing. A dataset that it already holds is not touched, unless existingOutput says so.</source>
      <translation>Créé s'il manque. Un jeu de données qu'il contient déjà n'est pas touché, sauf si existingOutput le dit.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Labels (features or classified raster)</source>
      <translation>Étiquettes (entités ou raster classifié)</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Polygons, lines or points that mark the objects, or a raster whose pixels are class values. Any coordinate system. Formats of objects take the pixels of one class that are connected within a chip for an object. All metadata formats need labels, except Export_Tiles and CycleGAN.</source>
      <translation>Polygones, lignes ou points qui marquent les objets, ou un raster dont les pixels sont des valeurs de classe. Système de coordonnées quelconque. Les formats d'objets prennent pour un objet les pixels d'une classe connectés dans une imagette. Tous les formats de métadonnées demandent des étiquettes, sauf Export_Tiles et CycleGAN.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Image format of the chips</source>
      <translation>Format d'image des imagettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>TIFF and MRF take any pixels. PNG and JPEG take 1 or 3 bands; PNG 8 or 16 bit, JPEG 8 bit. Label images are always stored without loss.</source>
      <translation>TIFF et MRF acceptent tous les pixels. PNG et JPEG ont 1 ou 3 bandes ; PNG 8 ou 16 bits, JPEG 8 bits. Les images d'étiquettes sont toujours stockées sans perte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip width in pixels</source>
      <translation>Largeur des imagettes en pixels</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Counted at the resolution of the chips.</source>
      <translation>Comptée à la résolution des imagettes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip height in pixels</source>
      <translation>Hauteur des imagettes en pixels</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step to the right in pixels</source>
      <translation>Pas vers la droite en pixels</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one chip to the next. Less than the chip width: chips overlap. More: gaps are left. 0: the same as the chip width.</source>
      <translation>D'une imagette à la suivante. Moins que la largeur : les imagettes se recouvrent. Plus : des vides restent. 0 : égal à la largeur.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step downwards in pixels</source>
      <translation>Pas vers le bas en pixels</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one row of chips to the next. Less than the chip height: chips overlap. More: gaps are left. 0: the same as the chip height.</source>
      <translation>D'une ligne d'imagettes à la suivante. Moins que la hauteur : les imagettes se recouvrent. Plus : des vides restent. 0 : égal à la hauteur.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Metadata format of the labels</source>
      <translation>Format des métadonnées des étiquettes</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>What the training reads. Boxes: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Pixels: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Whole chips: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Images only: Export_Tiles, CycleGAN.</source>
      <translation>Ce que lit l'entraînement. Rectangles : PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Pixels : Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Imagettes entières : Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Images seules : Export_Tiles, CycleGAN.</translation>
    </message>
  </context>
</TS>
